package io.faultline.jenkins.pages;

import io.faultline.jenkins.FaultlinePermissions;
import jenkins.model.Jenkins;

/** What whoever looks at a page may do; for the pages, so that they offer nothing else. */
public final class May {
    public boolean isClaim() {
        return Jenkins.get().hasPermission(FaultlinePermissions.CLAIM);
    }

    public boolean isConfigure() {
        return Jenkins.get().hasPermission(FaultlinePermissions.CONFIGURE);
    }
}
