package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
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
                    limit. A file that the origin does not have is UNKNOWN: then nothing is known about the mirror.""")
            .example("""
                    origin: https://releases.example.org/
                    mirror: https://mirror.example.net/releases/
                    trace: project/trace
                    max-lag: 1d
                    files: [stable/image-6.0.sig]
                    sizes: [stable/image-6.0.img]""")
            .reads(MirrorCheck::read);

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
        if (trace.isPresent()) {
            Web.Page there = web.get(Web.below(origin, trace.get()), LARGEST_TRACE);
            if (!there.isOk()) {
                return missing(there);
            }
            Web.Page here = web.get(Web.below(mirror, trace.get()), LARGEST_TRACE);
            if (here.isOk()) {
                lag(there.text(), here.text(), findings);
            } else {
                findings.wrong(here.address() + ": expected 200, but was " + here.shownStatus());
            }
        }
        for (String file : files) {
            Web.Page there = web.get(Web.below(origin, file), LARGEST_FILE);
            if (!there.isOk()) {
                return missing(there);
            }
            Web.Page here = web.get(Web.below(mirror, file), LARGEST_FILE);
            if (!here.isOk()) {
                findings.wrong(here.address() + ": expected 200, but was " + here.shownStatus());
            } else if (!Arrays.equals(there.body(), here.body())) {
                findings.wrong(file + " differs: "
                        + (there.body().length == here.body().length
                                ? "first at byte " + Arrays.mismatch(there.body(), here.body())
                                : "expected " + there.body().length + " bytes, but was " + here.body().length));
            }
        }
        for (String file : sizes) {
            Web.Page there = web.head(Web.below(origin, file));
            if (!there.isOk()) {
                return missing(there);
            }
            Web.Page here = web.head(Web.below(mirror, file));
            String expected = there.field("Content-Length").orElse("no length");
            if (!here.isOk()) {
                findings.wrong(here.address() + ": expected 200, but was " + here.shownStatus());
            } else if (!here.field("Content-Length").orElse("no length").equals(expected)) {
                findings.wrong(file + " differs: expected " + expected + " bytes, but was "
                        + here.field("Content-Length").orElse("no length"));
            }
        }
        return findings.result("the mirror is like its origin");
    }

    private static Result missing(Web.Page there) throws IOException {
        if (there.status() != 404 && there.status() != 410) {
            there.found();
        }
        return Result.unknown(
                "the origin does not have " + there.address() + ": " + there.shownStatus(),
                io.faultline.check.Fact.of("what to do", "correct the path, or look at the origin"));
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
