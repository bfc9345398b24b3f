package io.faultline.checks;

import io.faultline.machine.Facts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** What of a machine's facts is compared with other machines', or with a declared state. */
enum Compared {
    RELEASE(
            "release",
            "release",
            line -> "release",
            line -> line.text("id")
                    + line.optional("version").map(version -> " " + version).orElse("")),
    KERNEL("kernel", "kernel", line -> "kernel", line -> line.text("running")),
    MOUNTS("disk", "disk", line -> "mount " + line.text("mount"), line -> "mounted"),
    APT_SOURCES(
            "apt-source",
            "apt-indices",
            line -> "source " + line.text("uri") + " " + line.text("suite"),
            line -> "there"),
    PACKAGES("package", "packages", line -> "package " + line.text("name"), line -> line.text("version")),
    UNITS("unit", "units", line -> "unit " + line.text("name"), line -> line.text("active")),
    PORTS(
            "port",
            "ports",
            line -> "port " + line.optional("protocol").orElse("tcp") + " " + line.text("number"),
            line -> "listening on " + line.text("address")),
    FILES("file", "files", line -> "file " + line.text("path"), line -> line.text("sha256"));

    private final String kind;
    private final String source;
    private final Function<Facts.Line, String> item;
    private final Function<Facts.Line, String> value;

    Compared(String kind, String source, Function<Facts.Line, String> item, Function<Facts.Line, String> value) {
        this.kind = kind;
        this.source = source;
        this.item = item;
        this.value = value;
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
        return item.apply(line);
    }

    /** What is said about it, such as a version. */
    String value(Facts.Line line) {
        return value.apply(line);
    }

    /** Values by item; several of one item (architectures, addresses) are one. */
    TreeMap<String, String> values(Facts facts) {
        TreeMap<String, String> values = new TreeMap<>();
        facts.all(kind).stream()
                .sorted(Comparator.comparing(this::value))
                .forEach(line -> values.merge(
                        item(line), value(line), (one, other) -> one.equals(other) ? one : one + ", " + other));
        return values;
    }

    /** Why the machine says nothing of it, if it does not. */
    Optional<String> untold(Facts facts) {
        List<Facts.Line> lines = facts.all(kind);
        return lines.isEmpty()
                ? Optional.of(facts.trouble(source).orElse("its agent does not say; was it started with 'declared'?"))
                : Optional.empty();
    }
}
