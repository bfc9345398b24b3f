package io.faultline.jenkins;

import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import org.jenkinsci.Symbol;

/** Tells administrators, wherever they are, that nothing is being recorded, and why. */
@Extension
@Symbol("faultlineState")
public final class FaultlineMonitor extends AdministrativeMonitor {
    @Override
    public String getDisplayName() {
        return Messages.FaultlineMonitor_displayName();
    }

    @Override
    public boolean isActivated() {
        return FaultlineEngine.get().failure().isPresent();
    }

    /** One sentence: what is wrong and what to do. */
    public String getReason() {
        return FaultlineEngine.get().failure().orElse("");
    }
}
