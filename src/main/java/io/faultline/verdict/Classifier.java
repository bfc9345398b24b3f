package io.faultline.verdict;

import io.faultline.history.VerdictLog;
import io.faultline.history.VerdictLog.PastVerdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says whose fault a failed build is, from its log and from all else that is known: build facts, the services' states at
 * that time, earlier verdicts and what people made of them.
 *
 * <p>For any number of threads, if the services' states and the verdict log are.
 */
public final class Classifier {
    /** A service that was in trouble so shortly before a build may have broken it. */
    private static final Duration BEFORE = Duration.ofMinutes(10);
    /** How long signatures are remembered. */
    private static final Duration MEMORY = Duration.ofDays(180);

    private static final int MOST_CORRECTED = 200;
    /** An indication below this decided nothing: it is shown, but not held against its signature. */
    private static final double DECIDES = 0.5;

    private static final Set<LogPlace.Kind> DECIDING =
            Set.of(LogPlace.Kind.FAILING_STEP, LogPlace.Kind.SAME_SCRIPT, LogPlace.Kind.EPILOGUE);

    static final double SERVICE_IN_FAILING_STEP = 2.5;
    static final double SERVICE_USED = 1.5;
    /** More than all else together. */
    static final double CORRECTED = 20;

    private final LogReader reader;
    private final Judge judge = new Judge();
    private final ServiceStates services;
    private final Optional<VerdictLog> past;

    public Classifier(Signatures signatures, ServiceStates services, Optional<VerdictLog> past) {
        this.reader = new LogReader(signatures);
        this.services = services;
        this.past = past;
    }

    /** A verdict and what it was made from. */
    public record Classified(Verdict verdict, LogReading reading, Set<String> quarantined) {
        public Classified {
            quarantined = Set.copyOf(quarantined);
        }
    }

    /** Judges a failed build. Reads the log to its end and does not close it. */
    public Classified classify(InputStream log, Optional<BuildFacts> facts, Instant now) throws IOException {
        LogReading whole = reader.read(log);
        SignatureTrust trust = trust(now);
        LogReading heard = trust.heard(whole);
        List<Indication> others = new ArrayList<>();
        facts.ifPresent(known -> {
            others.addAll(FactIndications.of(known));
            others.addAll(serviceTrouble(known, heard));
        });
        facts.flatMap(this::correction).ifPresent(others::add);
        List<PastVerdict> corrected = past.isEmpty() || facts.isEmpty()
                ? List.of()
                : past.get().corrected(facts.get().job(), MOST_CORRECTED).stream()
                        .filter(verdict -> !verdict.build().equals(facts.get().build()))
                        .toList();
        others.addAll(trust.indications(whole, judge.fromLog(heard), corrected));
        return new Classified(judge.judge(heard, others), whole, trust.quarantined());
    }

    /** A person's word on this very build. */
    private Optional<Indication> correction(BuildFacts facts) {
        return past.flatMap(log -> log.verdict(facts.job(), facts.build()))
                .flatMap(PastVerdict::correction)
                .filter(said -> !said.to().equals(Category.UNDETERMINED.name()))
                .map(said -> new Indication(
                        Indication.Source.CORRECTION,
                        Category.valueOf(said.to()),
                        CORRECTED,
                        "correction",
                        said.by() + " said " + said.to(),
                        said.why(),
                        "",
                        "",
                        Optional.empty()));
    }

    private SignatureTrust trust(Instant now) {
        return past.map(log -> new SignatureTrust(log.signatures(now.minus(MEMORY))))
                .orElse(SignatureTrust.NONE);
    }

    private List<Indication> serviceTrouble(BuildFacts facts, LogReading reading) {
        Optional<Instant> begin = facts.start().or(facts::end);
        if (begin.isEmpty()) {
            return List.of();
        }
        Map<String, Long> lines =
                reading.hosts().stream().collect(Collectors.toMap(HostMention::name, HostMention::lastLine));
        List<FailingService> failing = services.failing(
                begin.get().minus(BEFORE), facts.end().orElse(begin.get()), facts.services(), lines.keySet());
        Map<String, Indication> strongest = new HashMap<>();
        for (FailingService one : failing) {
            if (one.until().filter(well -> well.isBefore(begin.get())).isPresent()) {
                continue;
            }
            Optional<Long> line = one.host().map(lines::get);
            boolean inFailingStep = line.isPresent()
                    && DECIDING.contains(reading.outline().place(line.get()).kind());
            Indication indication = new Indication(
                    Indication.Source.FAILING_SERVICE,
                    Category.INFRASTRUCTURE,
                    inFailingStep ? SERVICE_IN_FAILING_STEP : SERVICE_USED,
                    one.service(),
                    "the service " + one.service() + " was failing: " + one.check() + ": " + one.summary(),
                    line.isPresent()
                            ? "Line " + line.get() + " of the log names its host "
                                    + one.host().orElseThrow() + (inFailingStep ? ", in the step that failed." : ".")
                            : "The build is known to use it.",
                    "Retry when it is well again; the sysadmins are told of the service itself.",
                    "",
                    Optional.empty());
            strongest.merge(one.service(), indication, (a, b) -> a.logOdds() >= b.logOdds() ? a : b);
        }
        return List.copyOf(strongest.values());
    }

    /** Remembers a failed build's verdict, so that it can be corrected, and counted. */
    public static PastVerdict remembered(BuildFacts facts, Verdict verdict, Instant now) {
        Map<String, String> signatures = new HashMap<>();
        for (Indication indication : verdict.indications()) {
            if (indication.source() == Indication.Source.LOG_LINE
                    && !indication.signature().isEmpty()) {
                signatures.put(indication.signature(), indication.category().name());
            }
        }
        return new PastVerdict(
                facts.job(),
                facts.build(),
                facts.end().orElse(now),
                verdict.category().name(),
                verdict.confidence(),
                verdict.indications().isEmpty()
                        ? ""
                        : verdict.indications().get(0).cause(),
                signatures,
                Optional.empty());
    }

    /** The signatures that would have decided about a build that passed: false alarms. */
    public Set<String> falseAlarms(InputStream log) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (Indication indication : judge.fromLog(reader.read(log))) {
            if (indication.logOdds() >= DECIDES && !indication.signature().isEmpty()) {
                ids.add(indication.signature());
            }
        }
        return ids;
    }
}
