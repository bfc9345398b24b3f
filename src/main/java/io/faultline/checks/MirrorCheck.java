package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Compares a mirror with its origin, by a trace file and by samples. */
record MirrorCheck(
        URI origin,
        URI mirror,
        Optional<String> trace,
        Duration maxLag,
        List<String> files,
        List<String> sizes,
        Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("mirror")
            .summary("A mirror has what its origin has, and is not far behind.")
            .about("""
                    With `trace` it reads that file from both; unless they are the same, the dates in their first lines \
                    must not be further apart than `max-lag` (a date as the program `date` writes it in English, as in \
                    mail, ISO 8601, or seconds since 1970). Each of `files` is fetched from both and must be the same \
                    byte by byte; of `sizes` only length is compared. What is fetched counts against the check's byte \
                    limit. An origin that does not have a file, or does not answer within half of the time that is left, \
                    makes the result UNKNOWN: then nothing is known about the mirror.""")
            .example("""
                    origin: https://releases.example.org/
                    mirror: https://mirror.example.net/releases/
                    trace: project/trace
                    max-lag: 1d
                    files: [stable/image-6.0.sig]
                    sizes: [stable/image-6.0.img]""")
            .reads(MirrorCheck::read);

    /** The origin may take half of what is left each time: the mirror is what the check is about. */
    private static final int ORIGINS_PART = 2;

    private static final int LARGEST_TRACE = 64 << 10;
    private static final long LARGEST_FILE = 64L << 20;
    private static final List<DateTimeFormatter> FORMS = List.of(
            DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss 'UTC' yyyy XX", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("EEE d MMM HH:mm:ss 'UTC' yyyy XX", Locale.ENGLISH),
            DateTimeFormatter.RFC_1123_DATE_TIME,
            DateTimeFormatter.ISO_OFFSET_DATE_TIME);

    MirrorCheck {
        files = List.copyOf(files);
        sizes = List.copyOf(sizes);
    }

    private static MirrorCheck read(Keys keys) {
        MirrorCheck check = new MirrorCheck(
                keys.uri("origin", List.of("https", "http"), "Where the files come from."),
                keys.uri("mirror", List.of("https", "http"), "Where they are mirrored."),
                keys.optionalText("trace", "A file that changes with each update and begins with its date."),
                keys.duration("max-lag", Duration.ofHours(24), "How far the mirror's trace may be behind."),
                keys.texts("files", "Files to fetch from both and compare."),
                keys.texts("sizes", "Files of which to compare the lengths only."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (check.trace.isEmpty() && check.files.isEmpty() && check.sizes.isEmpty()) {
            keys.problem("mirror", "expected 'trace', 'files' or 'sizes' too: something must be compared");
        }
        for (String key : List.of("files", "sizes", "trace")) {
            List<String> paths = key.equals("files")
                    ? check.files
                    : key.equals("sizes") ? check.sizes : check.trace.stream().toList();
            if (!paths.stream().allMatch(path -> path.matches("[A-Za-z0-9._~+%-]+(/[A-Za-z0-9._~+%-]+)*"))) {
                keys.problem(key, "expected paths below the origin, such as stable/image.sig");
            }
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        Findings findings = new Findings();
        try {
            if (trace.isPresent()) {
                Web.Page there = there(web, trace.get(), LARGEST_TRACE);
                Optional<Web.Page> here = found(web.get(Web.below(mirror, trace.get()), LARGEST_TRACE), findings);
                here.ifPresent(page -> lag(there.text(), page.text(), findings));
            }
            for (String file : files) {
                Web.Page there = there(web, file, LARGEST_FILE);
                Optional<Web.Page> here = found(web.get(Web.below(mirror, file), LARGEST_FILE), findings);
                here.ifPresent(page -> compare(file, there.body(), page.body(), findings));
            }
            for (String file : sizes) {
                URI address = Web.below(origin, file);
                Web.Page there = web.others(
                        address, ORIGINS_PART, asked -> asked.head(address).found());
                Optional<Web.Page> here = found(web.head(Web.below(mirror, file)), findings);
                here.ifPresent(page -> compareSizes(file, there, page, findings));
            }
        } catch (Web.OthersFault e) {
            if (findings.nothingWrong()) {
                return Result.unknown(
                        "the origin does not give it: " + e.getMessage(),
                        Fact.of("what to do", "correct the path, or look at the origin"));
            }
            findings.doubtful("the origin does not give it: " + e.getMessage());
        }
        return findings.result("the mirror is like its origin");
    }

    private Web.Page there(Web web, String path, long most) throws IOException {
        URI address = Web.below(origin, path);
        return web.others(
                address, ORIGINS_PART, asked -> asked.get(address, most).found());
    }

    private static Optional<Web.Page> found(Web.Page here, Findings findings) {
        if (here.isOk()) {
            return Optional.of(here);
        }
        findings.wrong(here.address() + ": expected 200, but was " + here.shownStatus());
        return Optional.empty();
    }

    private static void compare(String file, byte[] there, byte[] here, Findings findings) {
        if (!Arrays.equals(there, here)) {
            findings.wrong(file + " differs: "
                    + (there.length == here.length
                            ? "first at byte " + Arrays.mismatch(there, here)
                            : "expected " + there.length + " bytes, but was " + here.length));
        }
    }

    private static void compareSizes(String file, Web.Page there, Web.Page here, Findings findings) {
        Optional<String> expected = there.field("Content-Length");
        Optional<String> was = here.field("Content-Length");
        if (expected.isEmpty() || was.isEmpty()) {
            findings.doubtful("nothing is known about the size of " + file + ": "
                    + (expected.isEmpty() ? "the origin" : "the mirror") + " does not tell it");
        } else if (!was.equals(expected)) {
            findings.wrong(file + " differs: expected " + expected.get() + " bytes, but was " + was.get());
        }
    }

    private void lag(String there, String here, Findings findings) {
        if (there.equals(here)) {
            findings.measured("lag", 0, "s");
            return;
        }
        Optional<Instant> expected = date(there);
        Optional<Instant> was = date(here);
        if (expected.isEmpty() || was.isEmpty()) {
            findings.wrong("the traces differ, and no date can be read in "
                    + (expected.isEmpty() ? "the origin's" : "the mirror's"));
            return;
        }
        Duration lag = Duration.between(was.get(), expected.get());
        findings.measured("lag", (double) lag.toSeconds(), "s");
        findings.fact("origin", expected.get());
        findings.fact("mirror", was.get());
        if (lag.compareTo(maxLag) > 0) {
            findings.wrong(
                    "the mirror is " + Durations.roughly(lag) + " behind, expected at most " + Durations.write(maxLag));
        }
    }

    private static Optional<Instant> date(String text) {
        String line = text.strip().split("\n", 2)[0].strip().replaceAll("\\s+", " ");
        if (line.matches("\\d{9,11}")) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(line)));
        }
        for (DateTimeFormatter form : FORMS) {
            try {
                TemporalAccessor read = form.parse(line.contains("UTC") ? line + " +0000" : line);
                return Optional.of(OffsetDateTime.from(read).toInstant());
            } catch (DateTimeException e) {
                // The next form, then.
            }
        }
        return Optional.empty();
    }
}
