package io.faultline.jenkins;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import org.jenkinsci.Symbol;

/** Tells administrators, wherever they are, that nothing is being recorded, or that the catalogue is old, and why. */
@Extension
@Symbol("faultlineState")
public final class FaultlineMonitor extends AdministrativeMonitor {
    @Override
    public String getDisplayName() {
        return Messages.FaultlineMonitor_displayName();
    }

    @Override
    public boolean isActivated() {
        return FaultlineEngine.get().failure().isPresent()
                || FaultlineEngine.get().outdated().isPresent();
    }

    /** Why nothing is recorded; null if it is. */
    public String getReason() {
        return FaultlineEngine.get().failure().orElse(null);
    }

    /** Why the catalogue may be old; null if it is not. */
    public String getOutdated() {
        return FaultlineEngine.get().outdated().orElse(null);
    }
}
