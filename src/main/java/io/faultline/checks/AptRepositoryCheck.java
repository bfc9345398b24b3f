package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.LimitExceeded;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at an APT repository as apt does: signature, age and indices of one distribution (Debian's repository format,
 * https://wiki.debian.org/DebianRepository/Format).
 */
record AptRepositoryCheck(
        URI url,
        String distribution,
        Path keyring,
        Files files,
        Optional<Duration> maxAge,
        Optional<String> suite,
        Optional<String> codename,
        List<String> indices,
        boolean byHash,
        Optional<Path> caFile,
        List<String> snapshots,
        Optional<URI> newestFrom,
        Optional<Duration> newestMaxAge)
        implements Check {
    enum Files {
        BOTH,
        INRELEASE,
        RELEASE
    }

    static final CheckType TYPE = CheckType.named("apt-repository")
            .summary("An APT repository is signed by the right key, fresh, and consistent with its indices.")
            .about("""
                    Fetches InRelease, and Release with Release.gpg, verifies their signatures with the keys of a \
                    keyring file and compares them; keys that are revoked, expired or not bound to their owner do not \
                    count. Looks at Date (no older than `max-age`; many repositories have no \
                    Valid-Until, so give one), Valid-Until, Suite and Codename. Each of `indices` must be listed with \
                    its SHA256 and size, and what is downloaded must fit, under its own name and under by-hash where \
                    the repository offers that. Downloads count against the check's byte limit.

                    Snapshots: where the url holds the word `SNAPSHOT`, each of `snapshots` is put in its place and \
                    looked at. With `newest-snapshot-from` the newest one is looked at: that page names it, in a line \
                    such as `Archive serial: 2026112203` or as a directory listing of such serials (year, month, day \
                    and perhaps a number); with `newest-snapshot-max-age` it must not be older, counted from the \
                    beginning of its day (UTC).""")
            .example("""
                    url: https://deb.example.org/debian
                    distribution: stable
                    keyring: archive-keyring.gpg
                    max-age: 14d
                    indices: [main/binary-amd64/Packages.xz]""")
            .reads(AptRepositoryCheck::read);

    private static final String SNAPSHOT = "SNAPSHOT";
    private static final Pattern SERIAL_LINE = Pattern.compile("(?i)serial:\\s*(\\d{8,10})\\b");
    private static final Pattern SERIAL = Pattern.compile("\\d{8}(\\d\\d)?");
    private static final int LARGEST_RELEASE = 4 << 20;
    private static final int LARGEST_SIGNATURE = 64 << 10;
    private static final int MOST_PROBLEMS = 20;
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    AptRepositoryCheck {
        indices = List.copyOf(indices);
        snapshots = List.copyOf(snapshots);
    }

    private static AptRepositoryCheck read(Keys keys) {
        AptRepositoryCheck check = new AptRepositoryCheck(
                keys.uri("url", List.of("https", "http"), "The repository, as in sources.list."),
                keys.text("distribution", "The suite or codename below dists/, as in sources.list."),
                keys.file("keyring", "The file with the public keys that may sign, as in Signed-By."),
                keys.oneOf(
                        "files",
                        Files.BOTH,
                        "What must be there: inrelease, release (with Release.gpg), or both and the same."),
                keys.optionalDuration("max-age", "The longest time since Date that is right."),
                keys.optionalText("suite", "The Suite that must stand in Release."),
                keys.optionalText("codename", "The Codename that must stand in Release."),
                keys.texts("indices", "Indices to download and compare, such as main/binary-amd64/Packages.xz."),
                keys.flag("by-hash", true, "Fetch the indices by hash too, where the repository offers that."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."),
                keys.texts("snapshots", "Names to put in the place of SNAPSHOT in the url, one after the other."),
                keys.optionalUri(
                        "newest-snapshot-from",
                        List.of("https", "http"),
                        "The page that names the newest snapshot, to put in the place of SNAPSHOT in the url."),
                keys.optionalDuration(
                        "newest-snapshot-max-age", "The longest time since the day of the newest snapshot."));
        boolean placed = check.url.toString().contains(SNAPSHOT);
        if (placed != (!check.snapshots.isEmpty() || check.newestFrom.isPresent())) {
            keys.problem(
                    "url",
                    placed
                            ? "expected 'snapshots' or 'newest-snapshot-from' too, because of the word SNAPSHOT"
                            : "expected the word SNAPSHOT in it, where the names of snapshots belong");
        }
        if (!check.snapshots.stream().allMatch(AptRepositoryCheck::isPath)) {
            keys.problem("snapshots", "expected names such as 6.0 or 2026112203");
        }
        if (check.newestMaxAge.isPresent() && check.newestFrom.isEmpty()) {
            keys.problem("newest-snapshot-max-age", "expected 'newest-snapshot-from' too");
        }
        if (!isPath(check.distribution)) {
            keys.problem("distribution", "expected a path such as stable or stable/updates");
        }
        if (!check.indices.stream().allMatch(AptRepositoryCheck::isPath)) {
            keys.problem("indices", "expected paths below the distribution, such as main/binary-amd64/Packages.xz");
        }
        return check;
    }

    private static boolean isPath(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._~+-]*(/[A-Za-z0-9][A-Za-z0-9._~+-]*)*");
    }

    @Override
    public Result run(Probe probe) throws IOException {
        if (snapshots.isEmpty() && newestFrom.isEmpty()) {
            return repository(probe);
        }
        Findings findings = new Findings();
        List<String> names = new ArrayList<>(snapshots);
        if (newestFrom.isPresent()) {
            Optional<String> newest = newest(probe, newestFrom.get(), findings);
            newest.ifPresent(names::add);
        }
        for (String name : names) {
            Result one = at(name).repository(probe);
            if (one.status() == Status.UNKNOWN) {
                return one;
            }
            if (!one.isOk()) {
                findings.wrong("snapshot " + name + ": " + one.summary());
                one.facts().forEach(fact -> findings.fact(fact.key(), fact.value()));
            }
        }
        return findings.result(
                names.size() == 1
                        ? "snapshot " + names.get(0) + " is signed and consistent"
                        : names.size() + " snapshots are signed and consistent");
    }

    private AptRepositoryCheck at(String snapshot) {
        return new AptRepositoryCheck(
                URI.create(url.toString().replace(SNAPSHOT, snapshot)),
                distribution,
                keyring,
                files,
                maxAge,
                suite,
                codename,
                indices,
                byHash,
                caFile,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The name of the newest snapshot, and whether it is new enough. */
    private Optional<String> newest(Probe probe, URI from, Findings findings) throws IOException {
        Web.Page page = new Web(probe, caFile).get(from, LARGEST_RELEASE).found();
        Matcher line = SERIAL_LINE.matcher(page.text());
        Optional<String> newest = line.find()
                ? Optional.of(line.group(1))
                : Listing.of(page).entries().stream()
                        .map(Listing.Entry::name)
                        .filter(name -> SERIAL.matcher(name).matches())
                        .max(Comparator.naturalOrder());
        if (newest.isEmpty()) {
            findings.wrong("no snapshot is named at " + from);
            return newest;
        }
        try {
            Instant day = LocalDate.parse(newest.get().substring(0, 8), DateTimeFormatter.BASIC_ISO_DATE)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            Duration age = Duration.between(day, probe.now());
            findings.fact("newest snapshot", newest.get());
            findings.measured("age", (double) age.toSeconds(), "s");
            if (newestMaxAge.isPresent() && age.compareTo(newestMaxAge.get()) > 0) {
                findings.wrong("the newest snapshot is " + newest.get() + ", " + Durations.roughly(age)
                        + " old, expected at most " + Durations.write(newestMaxAge.get()));
            }
        } catch (DateTimeException e) {
            findings.wrong("the newest snapshot has a serial that is no date: " + newest.get());
        }
        return newest;
    }

    private Result repository(Probe probe) throws IOException {
        OpenPgp keys = OpenPgp.with(keyring, probe.now());
        List<String> problems = new ArrayList<>();
        List<OpenPgp.Signed> signed = new ArrayList<>();
        if (files != Files.RELEASE) {
            inRelease(probe, keys, problems).ifPresent(signed::add);
        }
        if (files != Files.INRELEASE) {
            release(probe, keys, problems).ifPresent(signed::add);
        }
        if (signed.isEmpty()) {
            return critical(problems);
        }
        Release release = Release.parse(signed.get(0).text());
        if (signed.size() == 2) {
            differences(release, Release.parse(signed.get(1).text()), problems);
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("signed by", signed.get(0).signer()));
        List<Measurement> measurements = dates(release, probe.now(), problems, facts);
        expect("Suite", suite, release, problems);
        expect("Codename", codename, release, problems);
        for (String index : indices) {
            Release.Entry entry = release.sha256().get(index);
            if (entry == null) {
                problems.add(index + " is not listed in Release with a SHA256");
                continue;
            }
            int fetches = byHash && release.offersByHash() ? 2 : 1;
            if (entry.size() * fetches > probe.dialer().budgetLeft()) {
                return Result.unknown(
                        index + " is too large for this check",
                        Fact.of("to be read", entry.size() * fetches + " bytes"),
                        Fact.of("may be read", probe.dialer().budgetLeft() + " bytes"),
                        Fact.of("what to do", "raise the check's byte limit, or name a smaller index"));
            }
            compare(probe, index, index, entry, problems);
            if (fetches == 2) {
                String folder = index.contains("/") ? index.substring(0, index.lastIndexOf('/') + 1) : "";
                compare(probe, folder + "by-hash/SHA256/" + entry.hash(), index + " by hash", entry, problems);
            }
        }
        Result result = problems.isEmpty()
                ? Result.ok(
                        indices.isEmpty()
                                ? "the repository is signed and fresh"
                                : "the repository is signed, fresh and consistent")
                : critical(problems);
        for (Fact fact : facts) {
            result = result.with(fact);
        }
        for (Measurement measurement : measurements) {
            result = result.with(measurement);
        }
        return result;
    }

    private static Result critical(List<String> problems) {
        List<Fact> facts = problems.stream()
                .limit(MOST_PROBLEMS)
                .map(problem -> Fact.of("wrong", problem))
                .toList();
        return new Result(
                Status.CRITICAL,
                problems.size() == 1 ? problems.get(0) : problems.size() + " things are wrong with the repository",
                facts,
                List.of());
    }

    private Optional<OpenPgp.Signed> inRelease(Probe probe, OpenPgp keys, List<String> problems) throws IOException {
        Optional<byte[]> file = fetch(probe, "InRelease", LARGEST_RELEASE, problems);
        try {
            return file.isPresent() ? Optional.of(keys.clearSigned(file.get())) : Optional.empty();
        } catch (OpenPgp.SignatureFault e) {
            problems.add("InRelease: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<OpenPgp.Signed> release(Probe probe, OpenPgp keys, List<String> problems) throws IOException {
        Optional<byte[]> file = fetch(probe, "Release", LARGEST_RELEASE, problems);
        Optional<byte[]> signature = fetch(probe, "Release.gpg", LARGEST_SIGNATURE, problems);
        try {
            return file.isPresent() && signature.isPresent()
                    ? Optional.of(keys.detached(file.get(), signature.get()))
                    : Optional.empty();
        } catch (OpenPgp.SignatureFault e) {
            problems.add("Release: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void differences(Release inRelease, Release release, List<String> problems) {
        for (String field : List.of("Date", "Valid-Until", "Suite", "Codename")) {
            String a = inRelease.field(field).orElse("nothing");
            String b = release.field(field).orElse("nothing");
            if (!a.equals(b)) {
                problems.add("InRelease and Release differ: " + field + " is '" + a + "' and '" + b + "'");
            }
        }
        if (!inRelease.sha256().equals(release.sha256())) {
            String first = inRelease.sha256().entrySet().stream()
                    .filter(entry -> !entry.getValue().equals(release.sha256().get(entry.getKey())))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .findFirst()
                    .orElse("one that only Release has");
            problems.add("InRelease and Release differ: the SHA256 list, first at " + first);
        }
    }

    private List<Measurement> dates(Release release, Instant now, List<String> problems, List<Fact> facts) {
        List<Measurement> measurements = new ArrayList<>();
        Optional<String> written = release.field("Date");
        Optional<Instant> date = written.flatMap(Release::instant);
        if (date.isEmpty()) {
            problems.add(written.map(text -> "Release has a Date that cannot be read: " + text)
                    .orElse("Release has no Date"));
        } else {
            Duration age = Duration.between(date.get(), now);
            facts.add(Fact.of("date", date.get()));
            measurements.add(Measurement.of("age", (double) age.toSeconds(), "s"));
            if (age.compareTo(CLOCKS_DIFFER.negated()) < 0) {
                problems.add("Release is dated " + Durations.roughly(age) + " in the future, apt refuses that");
            }
            if (maxAge.isPresent() && age.compareTo(maxAge.get()) > 0) {
                problems.add("Release is " + Durations.roughly(age) + " old, expected at most "
                        + Durations.write(maxAge.get()));
            }
        }
        Optional<String> until = release.field("Valid-Until");
        if (until.isPresent()) {
            Optional<Instant> end = Release.instant(until.get());
            if (end.isEmpty()) {
                problems.add("Release has a Valid-Until that cannot be read: " + until.get());
            } else {
                facts.add(Fact.of("valid until", end.get()));
                Duration left = Duration.between(now, end.get());
                measurements.add(Measurement.of("valid_left", (double) left.toSeconds(), "s"));
                if (left.isNegative()) {
                    problems.add("Release was valid until " + end.get() + ", " + Durations.roughly(left) + " ago");
                }
            }
        }
        return measurements;
    }

    private static void expect(String field, Optional<String> expected, Release release, List<String> problems) {
        if (expected.isPresent() && !release.field(field).equals(expected)) {
            problems.add("Release has " + field + " '" + release.field(field).orElse("") + "', expected '"
                    + expected.get() + "'");
        }
    }

    private void compare(Probe probe, String path, String shown, Release.Entry entry, List<String> problems)
            throws IOException {
        URI address = address(path);
        try (Http http = Http.connect(probe.dialer(), address, caFile)) {
            Http.Answer answer = http.send("GET", List.of());
            if (answer.status() != 200) {
                problems.add(shown + ": expected 200, but was " + answer.status() + " " + answer.reason());
                return;
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[16_384];
            long size = 0;
            // As apt takes it: some servers claim a coding for files that are packed themselves.
            InputStream body = answer.raw();
            for (int read = body.read(buffer); read >= 0 && size <= entry.size(); read = body.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
            }
            if (size != entry.size()) {
                problems.add(shown + ": expected " + entry.size() + " bytes as in Release, but was "
                        + (size > entry.size() ? "more" : size));
            } else {
                String hash = HexFormat.of().formatHex(digest.digest());
                if (!hash.equals(entry.hash())) {
                    problems.add(shown + ": expected SHA256 " + entry.hash() + " as in Release, but was " + hash);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Optional<byte[]> fetch(Probe probe, String name, int most, List<String> problems) throws IOException {
        try (Http http = Http.connect(probe.dialer(), address(name), caFile)) {
            Http.Answer answer = http.send("GET", List.of());
            if (answer.status() != 200) {
                problems.add(name + ": expected 200, but was " + answer.status() + " " + answer.reason());
                return Optional.empty();
            }
            return Optional.of(answer.body(most));
        } catch (LimitExceeded e) {
            problems.add(name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private URI address(String name) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "dists/" + distribution + "/" + name);
    }

    /** The fields of a Release file (deb822), and the SHA256 list. */
    record Release(Map<String, String> fields, Map<String, Entry> sha256) {
        /** One file of the list. */
        record Entry(String hash, long size) {}

        Release {
            fields = Map.copyOf(fields);
            sha256 = Map.copyOf(sha256);
        }

        static Release parse(String text) {
            Map<String, String> fields = new HashMap<>();
            Map<String, Entry> sha256 = new HashMap<>();
            String current = "";
            for (String line : text.split("\n")) {
                if (line.startsWith(" ") || line.startsWith("\t")) {
                    if (current.equals("sha256")) {
                        String[] parts = line.strip().split("\\s+");
                        if (parts.length == 3 && parts[0].matches("[0-9a-f]{64}") && parts[1].matches("\\d{1,15}")) {
                            sha256.put(parts[2], new Entry(parts[0], Long.parseLong(parts[1])));
                        }
                    }
                } else if (line.indexOf(':') > 0) {
                    current = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
                    fields.putIfAbsent(
                            current, line.substring(line.indexOf(':') + 1).strip());
                }
            }
            return new Release(fields, sha256);
        }

        Optional<String> field(String name) {
            return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)))
                    .filter(value -> !value.isEmpty());
        }

        boolean offersByHash() {
            return field("Acquire-By-Hash").filter("yes"::equalsIgnoreCase).isPresent();
        }

        /** Dates as apt reads them: RFC 1123, with UTC, GMT, Z or +0000 at the end and perhaps one digit a day. */
        static Optional<Instant> instant(String written) {
            String date = written.strip().replaceAll("\\s+", " ").replaceFirst("(UTC|GMT|Z|[+-]0000)$", "+0000");
            try {
                return Optional.of(
                        Instant.from(DateTimeFormatter.ofPattern("EEE, d MMM yyyy H:mm:ss xx", Locale.ENGLISH)
                                .parse(date)));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
    }
}
