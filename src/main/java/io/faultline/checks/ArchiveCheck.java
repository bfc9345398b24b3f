package io.faultline.checks;

import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads a directory that a web server shows, and perhaps the newest directory in it. */
record ArchiveCheck(
        URI url,
        List<String> names,
        Optional<Pattern> matches,
        Optional<Pattern> holds,
        int least,
        Optional<Duration> maxAge,
        Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("archive")
            .summary("A directory on a web server holds what it should, and the newest of it is recent.")
            .about("""
                    Reads a directory listing as nginx, Apache and lighttpd make it. `names` must stand in it, and at \
                    least `least` of what stands there must match `matches`. With `holds` the newest matching directory \
                    is opened, and something in it must match. With `max-age` the newest of what matches (with \
                    `holds`: in that directory) must not be older, by the listing's time, or by Last-Modified where \
                    the listing shows none. The newest is the one with the latest time, and else the last by name. \
                    For archives of releases, nightly builds, and images kept for history.""")
            .example("""
                    url: https://archive.example.org/browser/
                    matches: '[0-9.]+'
                    holds: '.*\\.tar\\.xz'
                    max-age: 60d""")
            .reads(ArchiveCheck::read);

    private static final int LARGEST = 4 << 20;

    ArchiveCheck {
        names = List.copyOf(names);
    }

    private static ArchiveCheck read(Keys keys) {
        ArchiveCheck check = new ArchiveCheck(
                keys.uri("url", List.of("https", "http"), "The directory."),
                keys.texts("names", "Files and directories that must stand in it."),
                keys.optionalPattern("matches", "What names to look at: a regular expression for the whole name."),
                keys.optionalPattern("holds", "What the newest matching directory must hold, as a regular expression."),
                keys.integer("least", 1, 0, 100_000, "So many names must match at least."),
                keys.optionalDuration("max-age", "The longest time since the newest that is right."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (check.url.getRawQuery() != null) {
            keys.problem("url", "expected an address without '?'");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        Listing listing = Listing.of(web.get(url, LARGEST).found());
        Findings findings = new Findings();
        for (String name : names) {
            if (listing.entries().stream().noneMatch(entry -> entry.name().equals(name))) {
                findings.wrong("there is no " + name + " in " + url);
            }
        }
        List<Listing.Entry> fitting = fitting(listing, matches, holds.isPresent());
        findings.measured("names", fitting.size(), "");
        if (fitting.size() < least) {
            findings.wrong("expected at least " + least + (holds.isPresent() ? " directories" : " names") + " in " + url
                    + matches.map(pattern -> " that match " + pattern).orElse("") + ", but was " + fitting.size());
        }
        Optional<Listing.Entry> newest = newest(fitting);
        URI place = url;
        if (holds.isPresent() && newest.isPresent()) {
            place = below(url, newest.get().name() + "/");
            Listing inside = Listing.of(web.get(place, LARGEST).found());
            newest = newest(fitting(inside, holds, false));
            findings.fact("newest directory", place);
            if (newest.isEmpty()) {
                findings.wrong("nothing in " + place + " matches " + holds.get());
            }
        }
        if (newest.isPresent()) {
            findings.fact("newest", newest.get().name());
            if (maxAge.isPresent()) {
                age(web, place, newest.get(), findings);
            }
        }
        return findings.result("the directory holds what it should");
    }

    private void age(Web web, URI place, Listing.Entry newest, Findings findings) throws IOException {
        Optional<Instant> time = newest.modified();
        if (time.isEmpty()) {
            time = web.head(below(place, newest.name())).modified();
        }
        if (time.isEmpty()) {
            findings.wrong("the server tells no time for " + newest.name());
            return;
        }
        Duration age = Duration.between(time.get(), web.probe().now());
        findings.fact("changed", time.get());
        findings.measured("age", (double) age.toSeconds(), "s");
        if (age.compareTo(maxAge.orElseThrow()) > 0) {
            findings.wrong(newest.name() + " is the newest, " + Durations.roughly(age) + " old, expected at most "
                    + Durations.write(maxAge.get()));
        }
    }

    private static List<Listing.Entry> fitting(Listing listing, Optional<Pattern> pattern, boolean foldersOnly) {
        return listing.entries().stream()
                .filter(entry -> entry.isFolder() || !foldersOnly)
                .filter(entry ->
                        pattern.map(wanted -> wanted.matches(entry.name())).orElse(true))
                .toList();
    }

    private static Optional<Listing.Entry> newest(List<Listing.Entry> entries) {
        return entries.stream()
                .max(Comparator.comparing(
                                (Listing.Entry entry) -> entry.modified().orElse(Instant.MIN))
                        .thenComparing(Listing.Entry::name));
    }

    private static URI below(URI place, String name) throws IOException {
        try {
            return Web.below(
                    place, new URI(null, null, "/" + name, null).getRawPath().substring(1));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new io.faultline.net.ProtocolFault("the listing has a name that is no path: " + name, e);
        }
    }
}
