package io.faultline.jenkins.verdict;

import io.faultline.jenkins.Messages;
import io.faultline.verdict.Indication;
import io.faultline.verdict.Quote;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One reason for or against a verdict, as it is kept with the build. Plain texts and numbers, from outside: escape them. */
@ExportedBean(defaultVisibility = 3)
public final class Evidence {
    private static final String FAILING_SERVICE = word(Indication.Source.FAILING_SERVICE);

    private final String source;
    private final String pointsTo;
    private final double logOdds;
    private final String cause;
    private final String what;
    private final String why;
    private final String advice;
    private final String signature;
    private final long line;
    private final String quote;

    /** @param lines of the log; what is told of a later one, which a build that goes on has not written yet, has none */
    Evidence(Indication indication, long lines) {
        long told = indication.quote().map(Quote::line).orElse(0L);
        this.source = word(indication.source());
        this.pointsTo = indication.category().name();
        this.logOdds = Math.round(indication.logOdds() * 1000) / 1000.0;
        this.cause = indication.cause();
        this.what = told > lines ? Messages.Evidence_end() : indication.what();
        this.why = indication.why();
        this.advice = indication.advice();
        this.signature = indication.signature();
        this.line = told > lines ? 0 : told;
        this.quote = indication.quote().map(Quote::text).orElse("");
    }

    private static String word(Indication.Source source) {
        return source.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Where it comes from: log-line, lost-agent, failing-service, … */
    @Exported
    public String getSource() {
        return source;
    }

    /** INFRASTRUCTURE or CODE. */
    @Exported
    public String getPointsTo() {
        return pointsTo;
    }

    /** How strongly; 0 if it is shown only. */
    @Exported
    public double getLogOdds() {
        return logOdds;
    }

    @Exported
    public String getCause() {
        return cause;
    }

    @Exported
    public String getWhat() {
        return what;
    }

    @Exported
    public String getWhy() {
        return why;
    }

    @Exported
    public String getAdvice() {
        return advice;
    }

    @Exported
    public String getSignature() {
        return signature;
    }

    /** The line of the log, from 1; 0 if it does not come from the log. */
    @Exported
    public long getLine() {
        return line;
    }

    @Exported
    public String getQuote() {
        return quote;
    }

    /** For pages: what it means. A line of the log says that only by its explanation, everything else by itself. */
    public String getTitle() {
        return line > 0 ? why : capitalized(what);
    }

    /** For pages: which line of the log it is. */
    public String getPlace() {
        return capitalized(what);
    }

    private static String capitalized(String words) {
        return words.isEmpty() ? "" : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** For pages: the service or machine that was failing; empty if it is about something else. */
    public String getService() {
        return source.equals(FAILING_SERVICE) ? cause : "";
    }

    /** For pages: which way it points. */
    public String getStyle() {
        return logOdds == 0 ? "neither" : pointsTo.toLowerCase(Locale.ROOT);
    }

    /** How strongly, in words: log-odds of 2 are about 7 to 1. */
    public String getStrength() {
        return logOdds == 0
                ? Messages.Evidence_none()
                : logOdds >= 2
                        ? Messages.Evidence_strong()
                        : logOdds >= 1 ? Messages.Evidence_some() : Messages.Evidence_weak();
    }
}
