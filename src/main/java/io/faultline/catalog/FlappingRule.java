package io.faultline.catalog;

/** When a check that goes back and forth counts as flapping: told once, and then only when it has calmed down. */
public enum FlappingRule {
    /** A third problem that became certain within 12 hours; over when the check gave one answer for an hour. */
    FAULTLINE,
    /** Nagios 4: the weighted share of changes over the last 21 states, soft problems left out; 30 % and 20 %. */
    NAGIOS,
    /** Icinga 2: the weighted share of changes over the last 20 results; 30 % and 25 %. */
    ICINGA,
    /** Never. */
    OFF
}
