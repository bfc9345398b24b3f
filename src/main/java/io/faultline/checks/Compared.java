package io.faultline.checks;

import io.faultline.machine.Facts;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What of a machine's facts is compared with other machines', or with a declared state. */
enum Compared {
    RELEASE("release", "release"),
    KERNEL("kernel", "kernel"),
    MOUNTS("disk", "disk"),
    APT_SOURCES("apt-source", "apt-indices"),
    PACKAGES("package", "packages"),
    UNITS("unit", "units"),
    PORTS("port", "ports"),
    FILES("file", "files");

    private final String kind;
    private final String source;

    Compared(String kind, String source) {
        this.kind = kind;
        this.source = source;
    }

    /** The kind of the lines. */
    String kind() {
        return kind;
    }

    /** As the agent calls where it comes from. */
    String source() {
        return source;
    }

    /** What one line is about, such as {@code package nginx}. */
    String item(Facts.Line line) {
        return switch (this) {
            case RELEASE, KERNEL -> kind;
            case MOUNTS -> "mount " + line.text("mount");
            case APT_SOURCES -> "source " + line.text("uri") + " " + line.text("suite");
            case PACKAGES, UNITS -> kind + " " + line.text("name");
            case PORTS -> "port " + line.optional("protocol").orElse("tcp") + " " + line.text("number");
            case FILES -> "file " + line.text("path");
        };
    }

    /** What is said about it, such as a version. */
    String value(Facts.Line line) {
        return switch (this) {
            case RELEASE ->
                line.text("id")
                        + line.optional("version").map(version -> " " + version).orElse("");
            case KERNEL -> line.text("running");
            case MOUNTS -> "mounted";
            case APT_SOURCES -> "there";
            case PACKAGES -> line.text("version");
            case UNITS -> line.text("active");
            case PORTS -> "listening on " + line.text("address");
            case FILES -> line.text("sha256");
        };
    }

    /** Values by item; several of one item (architectures, addresses) are one. */
    Map<String, String> values(Facts facts) {
        Map<String, String> values = new TreeMap<>();
        facts.all(kind).stream()
                .sorted(Comparator.comparing(this::value))
                .forEach(line -> values.merge(
                        item(line), value(line), (one, other) -> one.equals(other) ? one : one + ", " + other));
        return values;
    }

    /** Why the machine says nothing of it, if it does not. */
    Optional<String> untold(Facts facts) {
        return facts.all(kind).isEmpty()
                ? Optional.of(facts.trouble(source).orElse("its agent does not say; was it started with 'declared'?"))
                : Optional.empty();
    }
}
