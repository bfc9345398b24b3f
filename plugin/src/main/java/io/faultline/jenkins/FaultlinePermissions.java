package io.faultline.jenkins;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import java.util.Set;

/** Who may look, who may take care of problems, and who may change what is watched. */
public final class FaultlinePermissions {
    private static final PermissionScope[] JENKINS = {PermissionScope.JENKINS};
    private static final PermissionScope[] ALSO_JOBS = {
        PermissionScope.JENKINS, PermissionScope.ITEM_GROUP, PermissionScope.ITEM, PermissionScope.RUN
    };

    public static final PermissionGroup GROUP =
            new PermissionGroup(FaultlinePermissions.class, Messages._FaultlinePermissions_group());

    /** See services, machines and incidents. */
    public static final Permission VIEW =
            new Permission(GROUP, "View", Messages._FaultlinePermissions_view(), Permission.READ, true, JENKINS);

    /** Claim and silence incidents, plan downtimes, write notes, correct verdicts. */
    public static final Permission CLAIM =
            new Permission(GROUP, "Claim", Messages._FaultlinePermissions_claim(), Permission.UPDATE, true, ALSO_JOBS);

    /** Have the catalogue read again, and say that something happened to a machine. */
    public static final Permission CONFIGURE = new Permission(
            GROUP, "Configure", Messages._FaultlinePermissions_configure(), Permission.CONFIGURE, true, JENKINS);

    private FaultlinePermissions() {}

    /** All of them; also makes them known, before anybody reads who was granted what. */
    @Initializer(before = InitMilestone.SYSTEM_CONFIG_LOADED, after = InitMilestone.PLUGINS_PREPARED)
    public static void known() {
        all();
    }

    static Set<Permission> all() {
        return Set.of(VIEW, CLAIM, CONFIGURE);
    }
}
