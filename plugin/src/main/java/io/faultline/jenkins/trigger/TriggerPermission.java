package io.faultline.jenkins.trigger;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionScope;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Messages;

/**
 * Who may say that something happened to a machine: a permission of its own, so that what Puppet, APT and boot scripts
 * log in as needs no other.
 */
public final class TriggerPermission {
    public static final Permission TRIGGER = new Permission(
            FaultlinePermissions.GROUP,
            "Trigger",
            Messages._TriggerPermission_trigger(),
            FaultlinePermissions.CONFIGURE,
            true,
            new PermissionScope[] {PermissionScope.JENKINS});

    private TriggerPermission() {}

    /** Makes it known, before anybody reads who was granted what. */
    @Initializer(before = InitMilestone.SYSTEM_CONFIG_LOADED, after = InitMilestone.PLUGINS_PREPARED)
    public static Permission known() {
        return TRIGGER;
    }
}
