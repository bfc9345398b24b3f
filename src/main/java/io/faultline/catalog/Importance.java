package io.faultline.catalog;

/** How much people need something; the later, the more. */
public enum Importance {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    public static Importance highest(Importance a, Importance b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** As it is written in files and shown to people. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
