package io.faultline.verdict;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Weighs what the log shows and what else is known. A pure function, for any number of threads.
 *
 * <p>Each signature speaks once, by its most telling line: its weight times what the place of that line is worth. Then,
 * in this order: trouble inside a failing test makes both sides doubtful; a compiler, a test or a linter that clearly
 * said no vetoes weak signs of infrastructure; and within a category, what repeats the strongest indication counts in
 * part. What remains is added up and calibrated. Below {@link Weights#enough} the verdict is UNDETERMINED.
 */
public final class Judge {
    /** Causes whose code evidence vetoes: somebody ran the change and it failed by itself. */
    private static final Set<String> HARD = Set.of("compile", "test", "lint", "packaging", "pipeline");

    private static final double NEGLIGIBLE = 0.05;

    /** Lines that say of themselves that they are no error. */
    private static final Pattern MILD = Pattern.compile("^\\s*(?:\\[\\w+\\]\\s+)?(?:\\[WARN(?:ING)?\\]|WARN(?:ING)?\\b"
            + "|\\[warn\\]|W: |npm (?:WARN|warn)|##\\[warning\\]|\\[DEBUG\\]|\\[INFO\\]|DEBUG\\b|warning: )");

    private final Weights weights;

    public Judge() {
        this(Weights.SHIPPED);
    }

    Judge(Weights weights) {
        this.weights = weights;
    }

    /** One signature's most telling line, and what it is worth. */
    private record Heard(Signature signature, Quote quote, LogPlace place, double worth, String remark) {
        Heard times(double factor, String why) {
            return new Heard(signature, quote, place, worth * factor, remark.isEmpty() ? why : remark + "; " + why);
        }

        boolean code() {
            return signature.category() == Category.CODE;
        }

        boolean hard() {
            return code() && HARD.contains(signature.cause());
        }
    }

    /** Judges a failed build by its log and by indications from elsewhere (build facts, services, history). */
    public Verdict judge(LogReading reading, List<Indication> others) {
        List<Indication> indications = new ArrayList<>(others);
        indications.addAll(fromLog(reading));
        double sum = indications.stream().mapToDouble(Indication::signed).sum();
        double infrastructure = weights.infrastructure(sum);
        double confidence = Math.max(infrastructure, 1 - infrastructure);
        boolean silent = indications.stream().noneMatch(indication -> indication.logOdds() > 0);
        Category category = silent || confidence < weights.enough()
                ? Category.UNDETERMINED
                : infrastructure > 0.5 ? Category.INFRASTRUCTURE : Category.CODE;
        return new Verdict(category, silent ? 0.5 : confidence, sum, indications);
    }

    /** What the log alone shows; the log-odds are those that count in the sum. */
    List<Indication> fromLog(LogReading reading) {
        List<Heard> heard = new ArrayList<>();
        for (SignatureHits hits : reading.hits()) {
            heard.add(mostTelling(hits, reading.outline()));
        }
        heard = doubted(heard, reading);
        heard = vetoed(heard);
        List<Indication> indications = new ArrayList<>();
        added(heard.stream().filter(Heard::code).toList(), indications);
        added(heard.stream().filter(one -> !one.code()).toList(), indications);
        cutOff(reading.outline()).ifPresent(indications::add);
        return indications;
    }

    private Heard mostTelling(SignatureHits hits, LogOutline outline) {
        Heard best = null;
        for (Quote quote : hits.quotes()) {
            Heard heard = heard(hits.signature(), quote, outline);
            if (best == null || heard.worth() >= best.worth()) {
                best = heard;
            }
        }
        return best;
    }

    private Heard heard(Signature signature, Quote quote, LogOutline outline) {
        LogPlace place = outline.place(quote.line());
        Heard heard = new Heard(signature, quote, place, weights.of(signature), "");
        heard = switch (place.kind()) {
            case EPILOGUE -> heard;
            case AFTER -> heard.times(Weights.AFTER, "after the failure");
            case EARLIER ->
                heard.times(
                        signature.recovers() ? Weights.EARLIER_RECOVERED : Weights.EARLIER_TERMINAL,
                        "in an earlier step, which went on");
            case SAME_SCRIPT ->
                heard.times(
                        place.distance() <= Weights.SCRIPT_NEAR_LINES ? Weights.SCRIPT_NEAR : Weights.SCRIPT_FAR,
                        "by an earlier command of the script that failed");
            case FAILING_STEP -> inFailingStep(heard, outline);
        };
        boolean elsewhere = switch (signature.where()) {
            case ANYWHERE -> false;
            case FAILING_STEP -> place.kind() == LogPlace.Kind.EARLIER || place.kind() == LogPlace.Kind.AFTER;
            case NEAR_END -> place.kind() != LogPlace.Kind.EPILOGUE && place.distance() > Weights.NEAR_END_LINES;
        };
        if (elsewhere) {
            heard = heard.times(Weights.ELSEWHERE, "not where it would decide");
        }
        return MILD.matcher(quote.text()).find() ? heard.times(Weights.WARNING, "only a warning") : heard;
    }

    private static Heard inFailingStep(Heard heard, LogOutline outline) {
        long distance = heard.place().distance();
        Heard placed = distance <= Weights.NEAR_LINES
                ? heard.times(Weights.NEAR, "shortly before the failure")
                : heard.times(
                        distance <= Weights.FARTHER_LINES ? Weights.FARTHER : Weights.FAR, "in the step that failed");
        if (!heard.signature().recovers()) {
            return placed;
        }
        long line = heard.quote().line();
        if (outline.successes().stream().anyMatch(success -> success > line && success < outline.failedAt())) {
            return placed.times(Weights.SUCCESS_FOLLOWED, "a success came after it");
        }
        return distance > Weights.WENT_ON_LINES
                ? placed.times(Weights.WENT_ON, "the step went on for long after it")
                : placed;
    }

    /** A test that fails of infrastructure trouble speaks for neither side. */
    private List<Heard> doubted(List<Heard> heard, LogReading reading) {
        List<Long> tests = new ArrayList<>();
        for (SignatureHits hits : reading.hits()) {
            if (hits.signature().category() == Category.CODE
                    && hits.signature().cause().equals("test")) {
                for (Quote quote : hits.quotes()) {
                    if (reading.outline().place(quote.line()).kind() == LogPlace.Kind.FAILING_STEP) {
                        tests.add(quote.line());
                    }
                }
            }
        }
        if (tests.isEmpty()) {
            return heard;
        }
        Set<String> inTests = new HashSet<>();
        for (SignatureHits hits : reading.hits()) {
            Signature signature = hits.signature();
            if (signature.category() == Category.INFRASTRUCTURE && weights.of(signature) >= Weights.TROUBLE_FROM) {
                for (Quote quote : hits.quotes()) {
                    if (!MILD.matcher(quote.text()).find()
                            && tests.stream()
                                    .anyMatch(line -> Math.abs(line - quote.line()) <= Weights.TOGETHER_LINES)) {
                        inTests.add(signature.id());
                    }
                }
            }
        }
        if (inTests.isEmpty()) {
            return heard;
        }
        return heard.stream()
                .map(one -> one.code() && one.signature().cause().equals("test")
                        ? one.times(Weights.TEST_WITH_TROUBLE, "the test had trouble that code does not make")
                        : inTests.contains(one.signature().id())
                                ? one.times(Weights.TROUBLE_IN_TEST, "inside a test that failed")
                                : one)
                .toList();
    }

    private static List<Heard> vetoed(List<Heard> heard) {
        boolean veto = heard.stream().anyMatch(one -> one.hard() && one.worth() >= Weights.VETO_FROM);
        if (!veto) {
            return heard;
        }
        return heard.stream()
                .map(one -> one.code()
                        ? one
                        : one.times(
                                one.worth() < Weights.STRONG ? Weights.VETOED_WEAK : Weights.VETOED_STRONG,
                                "a compiler, test or check said no"))
                .toList();
    }

    /** Log-odds add up only if the indications are independent, and lines of one log hardly are. */
    private static void added(List<Heard> category, List<Indication> to) {
        List<Heard> strongest = category.stream()
                .sorted(Comparator.comparingDouble(Heard::worth).reversed())
                .toList();
        Set<String> causes = new HashSet<>();
        for (int i = 0; i < strongest.size(); i++) {
            Heard one = strongest.get(i);
            double share = i == 0
                    ? 1
                    : i >= Weights.COUNTED
                            ? 0
                            : causes.contains(one.signature().cause()) ? Weights.SAME_CAUSE : Weights.OTHER_CAUSE;
            causes.add(one.signature().cause());
            double logOdds = one.worth() * share;
            if (logOdds >= NEGLIGIBLE) {
                to.add(indication(one, logOdds));
            }
        }
    }

    private static Indication indication(Heard heard, double logOdds) {
        Signature signature = heard.signature();
        return new Indication(
                Indication.Source.LOG_LINE,
                signature.category(),
                logOdds,
                signature.cause(),
                "line " + heard.quote().line() + " of the log"
                        + (heard.remark().isEmpty() ? "" : ", " + heard.remark()),
                signature.explanation(),
                signature.advice(),
                signature.id(),
                Optional.of(heard.quote()));
    }

    /** A log of a known form that neither tells a failure nor comes to its end: the machine under it went away. */
    private Optional<Indication> cutOff(LogOutline outline) {
        boolean knownEnd =
                outline.format().equals("jenkins") || outline.format().equals("travis");
        if (!knownEnd || outline.told() || outline.ended()) {
            return Optional.empty();
        }
        List<Quote> last = outline.lastLines();
        return Optional.of(new Indication(
                Indication.Source.LOG_CUT_OFF,
                Category.INFRASTRUCTURE,
                weights.cutOff(),
                "cut-off",
                "the log stops after line " + outline.lines(),
                "A build that ends says so; this one just stops, as when its machine was lost.",
                "Retry; tell the sysadmins which agent it was.",
                "",
                last.isEmpty() ? Optional.empty() : Optional.of(last.get(last.size() - 1))));
    }
}
