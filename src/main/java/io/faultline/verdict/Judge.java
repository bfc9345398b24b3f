package io.faultline.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Weighs what the log shows and what else is known: a pure function. Log-odds are added up; what is below a threshold on
 * both sides is UNDETERMINED.
 */
public final class Judge {
    private static final double THRESHOLD = 1.0;

    /** Judges a failed build by its log and by indications from elsewhere (build facts, services, history). */
    public Verdict judge(LogReading reading, List<Indication> others) {
        List<Indication> indications = new ArrayList<>(others);
        for (SignatureHits hits : reading.hits()) {
            Signature signature = hits.signature();
            Quote quote = hits.quotes().get(hits.quotes().size() - 1);
            indications.add(new Indication(
                    Indication.Source.LOG_LINE,
                    signature.category(),
                    signature.weight(),
                    signature.cause(),
                    "line " + quote.line() + " of the log",
                    signature.explanation(),
                    signature.advice(),
                    signature.id(),
                    Optional.of(quote)));
        }
        double sum = indications.stream().mapToDouble(Indication::signed).sum();
        double confidence = 1 / (1 + Math.exp(-Math.abs(sum)));
        Category category =
                Math.abs(sum) < THRESHOLD ? Category.UNDETERMINED : sum > 0 ? Category.INFRASTRUCTURE : Category.CODE;
        return new Verdict(category, confidence, sum, indications);
    }
}
