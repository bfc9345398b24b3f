import io.faultline.verdict.LogScanner;
import io.faultline.verdict.Signature;
import io.faultline.verdict.Signatures;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;

/** The parts of bench/scan.sh that are not other people's programs. Run as a source file, on the built jar. */
public final class ScanBench {
    /** Lines of ordinary logs, written for this bench in the forms that tools print; {N}, {H} and {W} are filled in. */
    private static final String[] ORDINARY = {
        "[INFO] Downloading from central: https://repo.example.org/maven2/org/example/{W}/{N}.{N}.{N}/{W}-{N}.{N}.{N}.pom",
        "[INFO] Downloaded from central: https://repo.example.org/maven2/org/example/{W}/{N}.{N}/{W}-{N}.{N}.jar ({N} kB at {N} kB/s)",
        "[INFO] --- maven-compiler-plugin:3.{N}.{N}:compile (default-compile) @ {W} ---",
        "[INFO] Tests run: {N}, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: {N}.{N} s - in org.example.{W}Test",
        "[INFO] Running org.example.{W}.{W}Test",
        "{N} [main] DEBUG org.example.{W} - request {N} took {N} ms for /api/v1/{W}?page={N}",
        "2026-11-22 at {N}: INFO  {W}: processed {N} records from {W} in {N} ms",
        "Get:{N} http://deb.example.org/debian bookworm/main amd64 {W} amd64 {N}.{N}-{N} [{N} kB]",
        "Selecting previously unselected package {W}.",
        "Preparing to unpack .../{N}-{W}_{N}.{N}-{N}_amd64.deb ...",
        "Unpacking {W} ({N}.{N}-{N}) ...",
        "Setting up {W} ({N}.{N}-{N}) ...",
        "make[{N}]: Entering directory '/build/{W}-{N}.{N}/src'",
        "gcc -DHAVE_CONFIG_H -I. -I.. -Wall -O2 -g -fstack-protector-strong -c -o {W}.o {W}.c",
        "  CC       lib/{W}/{W}.o",
        "checking for {W}.h... yes",
        "checking whether {W} is declared... no",
        "ok {N} - {W} returns {N} for {W}",
        "test {W}::tests::{W} ... ok",
        "tests/test_{W}.py::test_{W} PASSED                                          [ {N}%]",
        "    at org.example.{W}.{W}({W}.java:{N})",
        "{W}.c:{N}:{N}: warning: unused variable '{W}' [-Wunused-variable]",
        "npm http fetch GET 200 https://registry.example.org/{W} {N}ms (cache miss)",
        "added {N} packages, and audited {N} packages in {N}s",
        "Step {N}/{N} : RUN apt-get install -y {W} {W} {W}",
        " ---> Using cache",
        " ---> {H}",
        "+ ./configure --prefix=/usr --with-{W}=/usr/lib/{W}",
        "remote: Counting objects: {N}% ({N}/{N})",
        "Receiving objects:  {N}% ({N}/{N}), {N}.{N} MiB | {N}.{N} MiB/s",
        "Cloning into '{W}'...",
        "  rule {W}: {W}/{W}.h {W}/{W}.c ({N} bytes)",
        "2026/11/22 {N} {W}.go:{N}: listening on :{N}, {H}",
        "Copying blob sha256:{H}",
        "error-handling {W} enabled, failed attempts so far: 0",
        "Retry policy for {W}: {N} attempts, a pause of {N} s after each",
        "I: Retrieving {W} {N}.{N}-{N}",
        "I: Unpacking the base system...",
        "P: Executing hook {W}.chroot",
    };

    private static final String[] WORDS = {
        "core", "server", "client", "parser", "model", "index", "cache", "widget", "network", "storage", "util", "auth",
        "session", "router", "buffer", "codec", "engine", "loader", "render", "search", "shell", "theme", "query"
    };

    private ScanBench() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "generate" -> generate(Path.of(args[1]), Long.parseLong(args[2]) << 20, args[3]);
            case "patterns" -> patterns(Path.of(args[1]), Path.of(args[2]));
            case "ours" -> ours(Path.of(args[1]), Path.of(args[2]));
            case "again" -> again(Path.of(args[1]), Integer.parseInt(args[2]));
            case "bfa" -> bfa(Path.of(args[1]), Path.of(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /**
     * One line in 2,000 is an example of a signature; the rest is ordinary. In a "coloured" log lines have times in front
     * and escape sequences; in a "dense" one every tenth line is an example or a near miss.
     */
    private static void generate(Path file, long bytes, String kind) throws IOException {
        boolean plain = !kind.equals("coloured");
        boolean dense = kind.equals("dense");
        Random random = new Random(20261122);
        List<String> examples = new ArrayList<>();
        for (Signature signature : Signatures.builtIn().all()) {
            examples.addAll(signature.examples());
            if (dense) {
                examples.addAll(signature.nearMisses());
            }
        }
        // The other programs know of no times in front of a line, nor of escape sequences.
        examples.removeIf(line -> line.chars().anyMatch(c -> c < 32) || line.matches("\\[?\\d.*"));
        long written = 0;
        StringBuilder line = new StringBuilder();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            while (written < bytes) {
                line.setLength(0);
                if (!plain) {
                    line.append(String.format("[2026-11-22T10:%02d:%02d.123Z] ", random.nextInt(60), random.nextInt(60)));
                    if (random.nextInt(4) == 0) {
                        line.append("\u001b[1;34m");
                    }
                }
                if (random.nextInt(dense ? 10 : 2000) == 0) {
                    line.append(examples.get(random.nextInt(examples.size())));
                } else {
                    fill(line, ORDINARY[random.nextInt(ORDINARY.length)], random);
                }
                if (!plain && line.indexOf("\u001b") >= 0) {
                    line.append("\u001b[0m");
                }
                line.append('\n');
                byte[] encoded = line.toString().getBytes(StandardCharsets.UTF_8);
                out.write(encoded);
                written += encoded.length;
            }
        }
    }

    private static void fill(StringBuilder line, String template, Random random) {
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '{' || i + 2 >= template.length() || template.charAt(i + 2) != '}') {
                line.append(c);
                continue;
            }
            switch (template.charAt(i + 1)) {
                case 'N' -> line.append(random.nextInt(300));
                case 'H' -> line.append(Long.toHexString(random.nextLong()));
                default -> line.append(WORDS[random.nextInt(WORDS.length)]);
            }
            i += 2;
        }
    }

    /** The signatures' expressions, one a line, for ripgrep, and translated for grep -E. */
    private static void patterns(Path forRipgrep, Path forGrep) throws IOException {
        List<String> perl = new ArrayList<>();
        List<String> posix = new ArrayList<>();
        for (Signature signature : Signatures.builtIn().all()) {
            perl.add(rust(signature.regex().pattern()));
            posix.add(posix(signature.regex().pattern()));
        }
        Files.write(forRipgrep, perl);
        Files.write(forGrep, posix);
    }

    /**
     * Rust refuses a backslash before signs that need none, and takes \\d, \\s, \\w and \\b for all of Unicode: written for
     * ASCII, as they are meant, ripgrep is many times as fast.
     */
    private static String rust(String perl) {
        StringBuilder out = new StringBuilder();
        boolean inClass = false;
        for (int i = 0; i < perl.length(); i++) {
            char c = perl.charAt(i);
            if (c == '\\' && i + 1 < perl.length()) {
                char next = perl.charAt(++i);
                String set =
                        switch (Character.toLowerCase(next)) {
                            case 'd' -> "0-9";
                            case 's' -> "\\t\\n\\f\\r ";
                            case 'w' -> "0-9A-Za-z_";
                            default -> null;
                        };
                if (set != null) {
                    String not = Character.isUpperCase(next) ? "^" : "";
                    out.append(inClass && not.isEmpty() ? set : "[" + not + set + "]");
                } else if ((next == 'b' || next == 'B') && !inClass) {
                    out.append("(?-u:\\").append(next).append(')');
                } else if ("\"'/`%,:;=@_!<> ".indexOf(next) >= 0) {
                    out.append(next);
                } else {
                    out.append('\\').append(next);
                }
            } else {
                if (c == '[' && !inClass) {
                    inClass = true;
                } else if (c == ']' && inClass && !perl.startsWith("[]", i - 1) && !perl.startsWith("[^]", i - 2)) {
                    inClass = false;
                }
                out.append(c);
            }
        }
        return out.toString();
    }

    /** POSIX has neither (?:...), nor \d and the like, nor lazy repetition (it changes no search's outcome), nor (?i). */
    private static String posix(String perl) {
        StringBuilder out = new StringBuilder();
        boolean anyCase = false;
        boolean inClass = false;
        for (int i = 0; i < perl.length(); i++) {
            char c = perl.charAt(i);
            if (perl.startsWith("(?i)", i)) {
                anyCase = true;
                i += 3;
            } else if (perl.startsWith("(?i:", i)) {
                anyCase = true; // to the end: more than asked for, and told by the comparison of hits if it matters
                out.append('(');
                i += 3;
            } else if (perl.startsWith("(?:", i)) {
                out.append('(');
                i += 2;
            } else if (c == '\\' && i + 1 < perl.length()) {
                char next = perl.charAt(++i);
                String set =
                        switch (next) {
                            case 'd' -> "0-9";
                            case 's' -> " \t\f";
                            case 'w' -> "A-Za-z0-9_";
                            case 't' -> "\t";
                            default -> null;
                        };
                String not = switch (next) {
                    case 'D' -> "0-9";
                    case 'S' -> " \t\f";
                    case 'W' -> "A-Za-z0-9_";
                    default -> null;
                };
                if (set != null) {
                    out.append(inClass ? set : "[" + set + "]");
                } else if (not != null) {
                    out.append("[^").append(not).append(']');
                } else if (inClass) {
                    // In POSIX a backslash in a class stands for itself; the escaped sign alone is meant. A closing
                    // bracket must come first in its class.
                    if (next == ']') {
                        out.insert(out.lastIndexOf("[") + (out.charAt(out.lastIndexOf("[") + 1) == '^' ? 2 : 1), ']');
                    } else {
                        out.append(next);
                    }
                } else if (Character.isLetter(next) && next != 'b' && next != 'B') {
                    throw new IllegalArgumentException("cannot translate " + perl);
                } else if ("/:'\"#%&,;<>=@~`!-_ ".indexOf(next) >= 0) {
                    out.append(next);
                } else {
                    out.append('\\').append(next);
                }
            } else if (c == '[' && !inClass) {
                inClass = true;
                out.append(c);
                if (i + 1 < perl.length() && perl.charAt(i + 1) == '^') {
                    out.append('^');
                    i++;
                }
                if (i + 1 < perl.length() && perl.charAt(i + 1) == ']') {
                    out.append(']');
                    i++;
                }
            } else if (c == ']' && inClass) {
                inClass = false;
                out.append(c);
            } else if (c == '?' && i > 0 && !inClass && "*+?}".indexOf(perl.charAt(i - 1)) >= 0) {
                // lazy
            } else if (c == '{' && !perl.substring(i).matches("\\{\\d+(,\\d*)?\\}.*")) {
                out.append("\\{");
            } else if (c == '}' && !out.toString().matches(".*[^\\\\]\\{\\d+(,\\d*)?")) {
                out.append("\\}");
            } else if (anyCase && Character.isLetter(c)) {
                String both = "" + Character.toLowerCase(c) + Character.toUpperCase(c);
                out.append(inClass ? both : "[" + both + "]");
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Scans one log after the other, as a CI server does, and writes the least seconds of all but the first. */
    private static void again(Path log, int times) throws IOException {
        LogScanner scanner = new LogScanner(Signatures.builtIn());
        double least = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            int[] hits = {0};
            long begin = System.nanoTime();
            try (InputStream in = Files.newInputStream(log)) {
                scanner.scan(in, (signature, line, text) -> hits[0]++);
            }
            if (i > 0) {
                least = Math.min(least, (System.nanoTime() - begin) / 1e9);
            }
        }
        System.out.printf(Locale.ROOT, "%.3f%n", least);
    }

    /** Scans, and writes the numbers of the lines that have a hit, and the hits. */
    private static void ours(Path log, Path hits) throws IOException {
        LogScanner scanner = new LogScanner(Signatures.builtIn());
        BitSet lines = new BitSet();
        StringBuilder pairs = new StringBuilder();
        long begin = System.nanoTime();
        long busyBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        int[] total = {0};
        boolean listing = Files.size(log) <= 64 << 20;
        try (InputStream in = Files.newInputStream(log)) {
            scanner.scan(in, (signature, line, text) -> {
                total[0]++;
                lines.set((int) line);
                if (listing) {
                    pairs.append(line).append(' ').append(signature).append('\n');
                }
            });
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double busy = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - busyBefore) / 1e9;
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        long process = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        // Seconds, of which the scanning thread computed; hits, lines with hits; MB of heap, of the process, at most.
        System.out.printf(
                Locale.ROOT, "%.3f %.3f %d %d %d %d%n", seconds, busy, total[0], lines.cardinality(), heap >> 20,
                process >> 10);
        try (PrintStream out = new PrintStream(new BufferedOutputStream(Files.newOutputStream(hits)))) {
            lines.stream().forEach(out::println);
        }
        if (listing) {
            Files.write(Path.of(hits + ".pairs"), sorted(pairs));
        }
    }

    /** Every line against every expression with matches(), as the Build Failure Analyzer plugin does. */
    private static void bfa(Path log, Path hits) throws IOException {
        List<Pattern> patterns = new ArrayList<>();
        Signatures.builtIn().all().forEach(signature ->
                patterns.add(Pattern.compile(".*(?:" + signature.regex().pattern() + ").*")));
        StringBuilder pairs = new StringBuilder();
        long begin = System.nanoTime();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                for (int i = 0; i < patterns.size(); i++) {
                    if (patterns.get(i).matcher(line).matches()) {
                        pairs.append(number).append(' ').append(i).append('\n');
                    }
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(Locale.ROOT, "%.3f%n", seconds);
        Files.write(hits, sorted(pairs));
    }

    private static List<String> sorted(StringBuilder pairs) {
        return pairs.toString().lines().sorted().toList();
    }
}
