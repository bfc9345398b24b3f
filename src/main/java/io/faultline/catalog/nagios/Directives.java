package io.faultline.catalog.nagios;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The directives of hosts and services: which mean something here, which do not, and which are old names. */
final class Directives {
    private static final Map<String, String> OLD_NAMES = Map.ofEntries(
            Map.entry("normal_check_interval", "check_interval"),
            Map.entry("retry_check_interval", "retry_interval"),
            Map.entry("host_groups", "hostgroups"),
            Map.entry("service_groups", "servicegroups"),
            Map.entry("description", "service_description"),
            Map.entry("host", "host_name"),
            Map.entry("hosts", "host_name"),
            Map.entry("hostgroup", "hostgroup_name"),
            Map.entry("hostgroups", "hostgroup_name"),
            Map.entry("checks_enabled", "active_checks_enabled"),
            Map.entry("obsess", "obsess_over_service"));

    private static final Set<String> TEMPLATE = Set.of("name", "use", "register");

    private static final Set<String> TESTED = Set.of(
            "host_name",
            "display_name",
            "check_command",
            "check_interval",
            "retry_interval",
            "max_check_attempts",
            "active_checks_enabled");

    private static final Set<String> HOST = Set.of("alias", "address", "parents", "hostgroups");

    private static final Set<String> SERVICE = Set.of("service_description", "hostgroup_name", "servicegroups");

    /** Pictures, links, and what Nagios keeps for itself: nothing is lost without them. */
    private static final Set<String> OWN = Set.of(
            "notes",
            "notes_url",
            "action_url",
            "icon_image",
            "icon_image_alt",
            "vrml_image",
            "gd2_image",
            "statusmap_image",
            "2d_coords",
            "3d_coords",
            "initial_state",
            "is_volatile",
            "importance",
            "hourly_value",
            "parallelize_check",
            "passive_checks_enabled",
            "process_perf_data",
            "obsess_over_host",
            "obsess_over_service",
            "retain_status_information",
            "retain_nonstatus_information",
            "failure_prediction_enabled",
            "failure_prediction_options",
            "stalking_options",
            "flap_detection_enabled",
            "flap_detection_options",
            "low_flap_threshold",
            "high_flap_threshold",
            "event_handler_enabled",
            "event_handler_period");

    private static final Set<String> TELLING = Set.of(
            "contacts",
            "contact_groups",
            "notifications_enabled",
            "notification_interval",
            "notification_options",
            "notification_period",
            "first_notification_delay");

    private static final Set<String> OTHER =
            Set.of("check_period", "check_freshness", "freshness_threshold", "event_handler");

    private Directives() {}

    /** The name that Nagios 4 has for it today. */
    static String canonical(String type, String directive) {
        if (type.equals("host") && directive.equals("hostgroups") || !isTested(type)) {
            return directive;
        }
        return OLD_NAMES.getOrDefault(directive, directive);
    }

    /** Other types than hosts and services are not looked at that closely. */
    static boolean known(String type, String directive) {
        return !isTested(type) || directive.startsWith("_") || of(type).contains(directive);
    }

    private static boolean isTested(String type) {
        return type.equals("host") || type.equals("service");
    }

    static Set<String> of(String type) {
        Set<String> all = new TreeSet<>(TEMPLATE);
        if (isTested(type)) {
            all.addAll(TESTED);
            all.addAll(type.equals("host") ? HOST : SERVICE);
            all.addAll(OWN);
            all.addAll(TELLING);
            all.addAll(OTHER);
        }
        return all;
    }

    /** What is lost when this directive is left out; empty if nothing is. */
    static String loss(String directive, String value) {
        if (TELLING.contains(directive)) {
            return "whom Faultline tells and when stands in teams.yaml and controller.yaml";
        }
        return switch (directive) {
            case "check_period" -> value.equals("24x7") ? "" : "checks run at all hours";
            case "check_freshness", "freshness_threshold" -> value.equals("0") ? "" : "only active checks are taken";
            case "event_handler" -> "Faultline runs checks and nothing else";
            default -> "";
        };
    }
}
