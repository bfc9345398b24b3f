package io.faultline.verdict;

import io.faultline.history.VerdictLog.Correction;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.history.VerdictLog.SignatureRecord;
import io.faultline.verdict.Indication.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was learnt since the signatures were written: one that keeps hitting builds that pass is quarantined (it is heard
 * no more, and listed); one whose builds people put elsewhere loses weight; and a build with the same evidence as one
 * that a person has corrected is drawn to what the person said. Immutable.
 */
public final class SignatureTrust {
    /** So many builds that passed make a false alarm a habit… */
    static final long PASSED = 3;
    /** …if they are more than this share of all builds with the signature. */
    static final double PASSED_SHARE = 0.2;

    /** A person's word on an earlier build with the same evidence, and each further one. */
    static final double CORRECTED_ALIKE = 3.0;

    private static final double MOST_ALIKE = 5.0;

    public static final SignatureTrust NONE = new SignatureTrust(Map.of());

    private final Map<String, SignatureRecord> records;

    public SignatureTrust(Map<String, SignatureRecord> records) {
        this.records = Map.copyOf(records);
    }

    /** The signatures that are heard no more, by id. */
    public Set<String> quarantined() {
        Set<String> ids = new TreeSet<>();
        records.forEach((id, record) -> {
            double all = record.passed() + record.failed();
            if (record.passed() >= PASSED && record.passed() > PASSED_SHARE * all) {
                ids.add(id);
            }
        });
        return ids;
    }

    public Optional<SignatureRecord> record(String signature) {
        return Optional.ofNullable(records.get(signature));
    }

    /** The reading without quarantined signatures, to be judged. */
    LogReading heard(LogReading reading) {
        Set<String> silent = quarantined();
        return new LogReading(
                reading.bytes(),
                reading.outline(),
                reading.hits().stream()
                        .filter(hits -> !silent.contains(hits.signature().id()))
                        .toList(),
                reading.hosts());
    }

    /** What the past says about a build, given what its log alone says. */
    List<Indication> indications(LogReading whole, List<Indication> fromLog, List<PastVerdict> correctedOfJob) {
        List<Indication> found = new ArrayList<>();
        Set<String> silent = quarantined();
        for (SignatureHits hits : whole.hits()) {
            Signature signature = hits.signature();
            if (silent.contains(signature.id())) {
                SignatureRecord record = records.get(signature.id());
                found.add(new Indication(
                        Source.SIGNATURE_HISTORY,
                        signature.category(),
                        0,
                        signature.cause(),
                        "the signature " + signature.id() + " hits, but is quarantined",
                        "It has hit " + record.passed() + " builds that passed, of "
                                + (record.passed() + record.failed()) + ".",
                        "Make it more exact, or remove it.",
                        signature.id(),
                        Optional.empty()));
            }
        }
        Set<String> deciding = new HashSet<>();
        for (Indication indication : fromLog) {
            SignatureRecord record = records.get(indication.signature());
            if (indication.signature().isEmpty()) {
                continue;
            }
            deciding.add(indication.signature());
            if (record != null && record.corrected() > 0) {
                // Laplace's rule of succession: how often it was right before, with one imaginary build of each kind.
                double right = (record.failed() - record.corrected() + 1.0) / (record.failed() + 2.0);
                double taken = indication.logOdds() * Math.min(1, 2 * (1 - right));
                if (right < 0.5 || taken >= 0.1) {
                    found.add(new Indication(
                            Source.SIGNATURE_HISTORY,
                            opposite(indication.category()),
                            taken,
                            indication.cause(),
                            "people put " + record.corrected() + " of " + record.failed() + " builds with "
                                    + indication.signature() + " elsewhere",
                            "What it says counts for less since.",
                            "",
                            indication.signature(),
                            Optional.empty()));
                }
            }
        }
        alike(deciding, correctedOfJob).ifPresent(found::add);
        return found;
    }

    /** Earlier builds of the job with the same evidence that a person has put somewhere; the newest word counts. */
    private static Optional<Indication> alike(Set<String> deciding, List<PastVerdict> corrected) {
        List<PastVerdict> same = corrected.stream()
                .filter(past -> past.signatures().keySet().equals(deciding)
                        && past.correction().isPresent())
                .toList();
        if (same.isEmpty()) {
            return Optional.empty();
        }
        Correction newest = same.get(0).correction().orElseThrow();
        if (newest.to().equals(Category.UNDETERMINED.name())) {
            return Optional.empty();
        }
        long agreeing = same.stream()
                .filter(past -> past.standing().equals(newest.to()))
                .count();
        return Optional.of(new Indication(
                Source.CORRECTION,
                Category.valueOf(newest.to()),
                Math.min(MOST_ALIKE, CORRECTED_ALIKE + agreeing - 1),
                "correction",
                "build " + same.get(0).build() + " of this job looked the same, and " + newest.by() + " said "
                        + newest.to(),
                newest.why(),
                "",
                "",
                Optional.empty()));
    }

    private static Category opposite(Category category) {
        return category == Category.CODE ? Category.INFRASTRUCTURE : Category.CODE;
    }
}
