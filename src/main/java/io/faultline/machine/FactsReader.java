package io.faultline.machine;

import com.google.re2j.Pattern;
import io.faultline.config.Shown;
import io.faultline.machine.Facts.Line;
import io.faultline.net.ProtocolFault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what {@code faultline-agent} prints (docs/machines.md has the format). The machine may be hostile: sizes are
 * bounded, whatever is not exactly in the form is refused as a whole, and so is what has no end line or a wrong one.
 * Kinds of lines and keys that are not known here are taken too: they come from a newer agent.
 */
public final class FactsReader {
    /** The most bytes of one machine's facts. */
    public static final int MOST_BYTES = 2 << 20;

    static final int VERSION = 1;
    private static final int MOST_LINES = 20_001;
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_VALUES = 20;
    private static final int MOST_VALUES_IN_ALL = 100_000;

    private static final Pattern KIND = Pattern.compile("[a-z][a-z-]{0,30}");
    private static final Pattern VALUE = Pattern.compile("([a-z][a-z0-9-]{0,30})=([!-$&-~]|%[0-9A-F]{2})*");
    private static final Pattern TEXT = Pattern.compile("(?s).*");
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]{1,15}(\\.[0-9]{1,12})?");
    private static final Pattern FLAG = Pattern.compile("yes|no");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern STATE =
            Pattern.compile("initializing|starting|running|degraded|maintenance|stopping|offline|unknown");

    /** What a kind of line must have, and what it may have; in either case in this form. */
    private record Kind(boolean once, Map<String, Pattern> required, Map<String, Pattern> optional) {}

    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        once("machine", Map.of("name", TEXT), Map.of());
        once("time", Map.of("seconds", SECONDS), Map.of());
        once("boot", Map.of("id", TEXT), Map.of());
        once("uptime", Map.of("seconds", SECONDS), Map.of());
        once("release", Map.of("id", TEXT), Map.of());
        once("load", Map.of("one", DECIMAL, "five", DECIMAL, "fifteen", DECIMAL, "cores", WHOLE), Map.of());
        once("memory", Map.of("total", WHOLE, "available", WHOLE), Map.of("swap", WHOLE, "swap-free", WHOLE));
        many(
                "disk",
                Map.of(
                        "mount",
                        TEXT,
                        "size",
                        WHOLE,
                        "free",
                        WHOLE,
                        "available",
                        WHOLE,
                        "inodes",
                        WHOLE,
                        "inodes-free",
                        WHOLE));
        once("systemd", Map.of("state", STATE), Map.of());
        many("failed-unit", Map.of("name", TEXT));
        once(
                "puppet",
                Map.of("last-run", SECONDS),
                Map.of("failed", WHOLE, "failed-to-restart", WHOLE, "event-failures", WHOLE));
        many("puppet-disabled", Map.of("reason", TEXT));
        KINDS.put("apt-source", new Kind(false, Map.of("uri", TEXT, "suite", TEXT), Map.of("fetched", SECONDS)));
        once("upgrades", Map.of("all", WHOLE, "security", WHOLE), Map.of());
        many("upgrade", Map.of("name", TEXT));
        once("reboot", Map.of("required", FLAG), Map.of("since", SECONDS));
        many("reboot-package", Map.of("name", TEXT));
        once("kernel", Map.of("running", TEXT, "installed", TEXT, "since", SECONDS), Map.of());
        once("clock", Map.of("source", TEXT, "synchronised", FLAG), Map.of("offset", DECIMAL));
        many("package", Map.of("name", TEXT, "version", TEXT));
        many("broken-package", Map.of("name", TEXT, "state", TEXT));
        many("unit", Map.of("name", TEXT, "active", TEXT));
        many("port", Map.of("number", WHOLE, "protocol", TEXT, "address", TEXT));
        many("file", Map.of("path", TEXT, "sha256", HASH));
        many("error", Map.of("source", TEXT, "reason", TEXT));
    }

    private static void once(String kind, Map<String, Pattern> required, Map<String, Pattern> optional) {
        KINDS.put(kind, new Kind(true, required, optional));
    }

    private static void many(String kind, Map<String, Pattern> required) {
        KINDS.put(kind, new Kind(false, required, Map.of()));
    }

    private final Map<String, List<Line>> lines = new HashMap<>();
    private int number;
    private int values;

    private FactsReader() {}

    /**
     * @param asked by our clock, the earliest moment at which they can have been made; as they say themselves if empty
     * @param arrived by our clock
     * @throws ProtocolFault saying which line is wrong
     */
    public static Facts read(byte[] content, Optional<Instant> asked, Instant arrived) throws ProtocolFault {
        if (content.length > MOST_BYTES) {
            throw new ProtocolFault("the facts have more than " + MOST_BYTES + " bytes");
        }
        return new FactsReader().facts(new String(content, StandardCharsets.ISO_8859_1), asked, arrived);
    }

    /**
     * The name that a machine gives itself, from the first two lines; nothing else is looked at, as the rest may be
     * anybody's.
     *
     * @throws ProtocolFault if there is none
     */
    public static String machine(String text) throws ProtocolFault {
        FactsReader reader = new FactsReader();
        int first = text.indexOf('\n');
        int second = first < 0 ? -1 : text.indexOf('\n', first + 1);
        reader.number = 1;
        if (second < 0) {
            throw reader.wrong("and the next are not whole");
        }
        reader.header(text.substring(0, first));
        reader.number = 2;
        reader.take(text.substring(first + 1, second), true);
        return reader.only("machine").text("name");
    }

    /**
     * Reads lines that somebody wrote down, in the same form but without header and end, such as a declared state. Empty
     * lines and those that begin with # are left out, and a line need not say all that the agent would.
     *
     * @throws ProtocolFault saying which line is wrong
     */
    public static Map<String, List<Line>> readLines(byte[] content) throws ProtocolFault {
        FactsReader reader = new FactsReader();
        for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            reader.number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                reader.take(line, false);
            }
        }
        return reader.lines;
    }

    private Facts facts(String text, Optional<Instant> asked, Instant arrived) throws ProtocolFault {
        int at = 0;
        boolean ended = false;
        while (at < text.length()) {
            number++;
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw wrong("has no end: the facts are cut off");
            }
            String line = text.substring(at, end);
            at = end + 1;
            if (ended) {
                throw wrong("comes after the end");
            }
            if (number > MOST_LINES) {
                throw wrong("is one too many; expected " + MOST_LINES + " at most");
            }
            if (number == 1) {
                header(line);
            } else if (line.startsWith("end ")) {
                if (!line.equals("end lines=" + (number - 1))) {
                    throw wrong("expected 'end lines=" + (number - 1) + "', found '" + Shown.oneLine(line, 60) + "'");
                }
                ended = true;
            } else {
                take(line, true);
            }
        }
        if (!ended) {
            throw new ProtocolFault(
                    number == 0
                            ? "there are no facts: nothing was said"
                            : "the facts have no end line: they are cut off");
        }
        String machine = only("machine").text("name");
        Instant made = only("time").moment("seconds");
        return new Facts(machine, made, asked.orElse(made), arrived, lines);
    }

    private void header(String line) throws ProtocolFault {
        if (!line.equals("faultline-facts " + VERSION)) {
            throw wrong("expected 'faultline-facts " + VERSION + "', found '" + Shown.oneLine(line, 60) + "'");
        }
    }

    private Line only(String kind) throws ProtocolFault {
        return Optional.ofNullable(lines.get(kind))
                .map(all -> all.get(0))
                .orElseThrow(() -> new ProtocolFault("the facts have no line '" + kind + "'"));
    }

    private void take(String line, boolean whole) throws ProtocolFault {
        if (line.length() > LONGEST_LINE) {
            throw wrong("is longer than " + LONGEST_LINE + " characters");
        }
        String[] parts = line.split(" ", -1);
        values += parts.length - 1;
        if (values > MOST_VALUES_IN_ALL) {
            throw wrong("has one value too many; expected " + MOST_VALUES_IN_ALL + " at most");
        }
        String name = parts[0];
        if (!KIND.matches(name) || parts.length > MOST_VALUES + 1) {
            throw wrong("expected a kind of fact and values, found '" + Shown.oneLine(line, 60) + "'");
        }
        Map<String, String> own = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            if (!VALUE.matches(parts[i])) {
                throw wrong("expected name=value, found '" + Shown.oneLine(parts[i], 60) + "'");
            }
            int equals = parts[i].indexOf('=');
            if (own.put(parts[i].substring(0, equals), decoded(parts[i].substring(equals + 1))) != null) {
                throw wrong("has '" + parts[i].substring(0, equals) + "' twice");
            }
        }
        Optional<Kind> kind = Optional.ofNullable(KINDS.get(name));
        if (kind.isPresent()) {
            check(name, kind.get(), own, whole);
        }
        lines.computeIfAbsent(name, unused -> new ArrayList<>()).add(new Line(own));
    }

    private void check(String name, Kind kind, Map<String, String> values, boolean whole) throws ProtocolFault {
        if (kind.once && lines.containsKey(name)) {
            throw wrong("is a second line '" + name + "'");
        }
        for (Map.Entry<String, Pattern> required : kind.required.entrySet()) {
            if (whole && !values.containsKey(required.getKey())) {
                throw wrong("has no '" + required.getKey() + "' in '" + name + "'");
            }
            check(required.getKey(), required.getValue(), values);
        }
        for (Map.Entry<String, Pattern> optional : kind.optional.entrySet()) {
            check(optional.getKey(), optional.getValue(), values);
        }
    }

    private void check(String key, Pattern form, Map<String, String> values) throws ProtocolFault {
        if (values.containsKey(key) && !form.matches(values.get(key))) {
            throw wrong("has a wrong '" + key + "': '" + Shown.oneLine(values.get(key), 60) + "'");
        }
    }

    /** Bytes written as %XX; what is no UTF-8 is replaced, as it is only shown and compared. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(text.charAt(i));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private ProtocolFault wrong(String what) {
        return new ProtocolFault("these are no facts: line " + number + " " + what);
    }
}
