package io.faultline.jenkins.verdict;

import hudson.Util;
import hudson.model.Api;
import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import hudson.model.User;
import hudson.util.HttpResponses;
import io.faultline.config.Shown;
import io.faultline.history.VerdictLog;
import io.faultline.jenkins.Addresses;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Messages;
import io.faultline.verdict.Category;
import io.faultline.verdict.Classifier.Classified;
import io.faultline.verdict.LogOutline;
import io.faultline.verdict.LogWindow;
import io.faultline.verdict.Quote;
import io.faultline.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.POST;

/**
 * The verdict on one failed build: kept in its {@code build.xml} as plain texts and numbers, shown on its page, in the
 * build history and in its API.
 */
@ExportedBean(defaultVisibility = 2)
public final class VerdictAction implements RunAction2, BuildBadgeAction {
    static final String URL = "faultline-verdict";
    private static final int MOST_EVIDENCE = 50;
    private static final int LONGEST_REASON = 400;
    private static final int LINES_AROUND = 25;

    private transient Run<?, ?> run;

    private final String category;
    private final double confidence;
    private final List<Evidence> evidence;
    private final long failedLine;
    private final String failedCommand;
    private final String failedStage;
    private final long lines;
    private final long madeAt;
    /** Made while the build was still going on. */
    private final boolean provisional;

    private String correctedTo;
    private String correctedWhy;
    private String correctedBy;
    private long correctedAt;

    /**
     * @param foretold so many lines at the end of what was judged are not in the log, because the build is still going
     *     on; 0 if it has ended
     */
    VerdictAction(Classified classified, Instant madeAt, int foretold) {
        Verdict verdict = classified.verdict();
        LogOutline outline = classified.reading().outline();
        this.category = verdict.category().name();
        this.confidence = Math.round(verdict.confidence() * 100) / 100.0;
        this.evidence = new ArrayList<>(verdict.indications().stream()
                .limit(MOST_EVIDENCE)
                .map(indication -> new Evidence(indication, outline.lines() - foretold))
                .toList());
        this.lines = outline.lines() - foretold;
        this.failedLine = outline.told() && outline.failedAt() <= lines ? outline.failedAt() : 0;
        this.failedCommand = outline.failing().command();
        this.failedStage = outline.failing().stage();
        this.madeAt = madeAt.toEpochMilli();
        this.provisional = foretold > 0;
    }

    /** What is known of a build's failure, if it has a verdict. */
    public static Optional<VerdictAction> of(Run<?, ?> run) {
        return Optional.ofNullable(run.getAction(VerdictAction.class));
    }

    @Override
    public void onAttached(Run<?, ?> attached) {
        run = attached;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    public Api getApi() {
        return new Api(this);
    }

    public Run<?, ?> getRun() {
        return run;
    }

    @Override
    public String getIconFileName() {
        return icon(getStanding());
    }

    static String icon(String category) {
        return "symbol-"
                + switch (category) {
                    case "INFRASTRUCTURE" -> "server-outline";
                    case "CODE" -> "code-slash-outline";
                    default -> "help-circle-outline";
                }
                + " plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.VerdictAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    /** What the evidence says: INFRASTRUCTURE, CODE or UNDETERMINED. */
    @Exported
    public String getCategory() {
        return category;
    }

    /** What holds: a person's word, if there is one. */
    @Exported
    public String getStanding() {
        return correctedTo == null ? category : correctedTo;
    }

    /** The probability that the category is right, 0 to 1. */
    @Exported
    public double getConfidence() {
        return confidence;
    }

    /** In percent, for people. */
    public long getPercent() {
        return Math.round(confidence * 100);
    }

    @Exported
    public List<Evidence> getEvidence() {
        return List.copyOf(evidence);
    }

    /** The most telling of it. */
    public Evidence getFirstEvidence() {
        return evidence.isEmpty() ? null : evidence.get(0);
    }

    /** The line at which the log says that it failed; 0 if it does not say. */
    @Exported
    public long getFailedLine() {
        return failedLine;
    }

    @Exported
    public String getFailedCommand() {
        return failedCommand;
    }

    @Exported
    public String getFailedStage() {
        return failedStage;
    }

    public long getLines() {
        return lines;
    }

    public Date getMadeAt() {
        return new Date(madeAt);
    }

    @Exported
    public boolean isProvisional() {
        return provisional;
    }

    @Exported
    public boolean isCorrected() {
        return correctedTo != null;
    }

    @Exported
    public String getCorrectedWhy() {
        return correctedWhy;
    }

    @Exported
    public String getCorrectedBy() {
        return correctedBy;
    }

    public Date getCorrectedAt() {
        return new Date(correctedAt);
    }

    public String getStandingIcon() {
        return icon(getStanding());
    }

    /** One line: the verdict and how sure it is. */
    public String getHeadline() {
        if (isCorrected()) {
            return Messages.VerdictAction_corrected(word(correctedTo), correctedBy);
        }
        return category.equals(Category.UNDETERMINED.name())
                ? Messages.VerdictAction_undetermined()
                : Messages.VerdictAction_headline(word(category), getPercent());
    }

    /** The category as people say it. */
    public static String word(String named) {
        return switch (named) {
            case "INFRASTRUCTURE" -> Messages.VerdictAction_infrastructure();
            case "CODE" -> Messages.VerdictAction_code();
            default -> Messages.VerdictAction_unknown();
        };
    }

    /** What holds, so short that it fits into the build history. */
    public String getBadgeWord() {
        return switch (getStanding()) {
            case "INFRASTRUCTURE" -> Messages.VerdictAction_infrastructureBadge();
            case "CODE" -> Messages.VerdictAction_codeBadge();
            default -> Messages.VerdictAction_unknownBadge();
        };
    }

    /** The name of the colour of what holds. */
    public String getStyle() {
        return getStanding().toLowerCase(Locale.ROOT);
    }

    /** The page of the service that some evidence is about, from the root of Jenkins on; null if there is none to see. */
    public String page(Evidence about) {
        if (about.getService().isEmpty() || !Jenkins.get().hasPermission(FaultlinePermissions.VIEW)) {
            return null;
        }
        return FaultlineEngine.get()
                .look()
                .flatMap(engine -> engine.catalog().subject(about.getService()))
                .map(Addresses::of)
                .orElse(null);
    }

    /** For the form. */
    public Category[] getCategories() {
        return Category.values();
    }

    /** Not before the build has ended: until then nothing is counted. */
    public boolean isCorrectable() {
        return !provisional && run.getParent().hasPermission(FaultlinePermissions.CLAIM);
    }

    /** What the form may hold at most. */
    public int getLongestReason() {
        return LONGEST_REASON;
    }

    /** For {@code log.jelly}: the line that was asked for. */
    public long getWantedLine() {
        String wanted = Stapler.getCurrentRequest2().getParameter("line");
        try {
            return Math.max(1, Long.parseLong(Util.fixNull(wanted)));
        } catch (NumberFormatException e) {
            return Math.max(1, failedLine);
        }
    }

    /** For {@code log.jelly}: the lines around it. */
    public List<Quote> getWindow() throws IOException {
        try (InputStream log = RunLog.open(run)) {
            return LogWindow.around(log, getWantedLine(), LINES_AROUND);
        }
    }

    /** A person knows better. */
    @POST
    public HttpResponse doCorrect(@QueryParameter String to, @QueryParameter String why)
            throws IOException, InterruptedException {
        run.getParent().checkPermission(FaultlinePermissions.CLAIM);
        Category category;
        try {
            category = Category.valueOf(Util.fixNull(to));
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(400, Messages.VerdictAction_badCategory());
        }
        String reason = Util.fixNull(why).strip();
        if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
            throw HttpResponses.errorWithoutStack(400, Messages.VerdictAction_badReason(LONGEST_REASON));
        }
        User user = User.current();
        correct(
                category,
                Shown.oneLine(reason, LONGEST_REASON),
                user == null ? "anonymous" : user.getId(),
                FaultlineEngine.get().clock().instant());
        return HttpResponses.redirectTo(".");
    }

    private void correct(Category to, String why, String by, Instant at) throws IOException, InterruptedException {
        boolean counts = FaultlineEngine.get()
                .use(engine -> engine.verdictLog()
                        .correct(
                                run.getParent().getFullName(),
                                String.valueOf(run.getNumber()),
                                new VerdictLog.Correction(to.name(), why, by, at)))
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        503,
                        Messages.VerdictAction_noEngine(
                                FaultlineEngine.get().failure().orElse(""))));
        if (!counts) {
            throw HttpResponses.errorWithoutStack(409, Messages.VerdictAction_notCounted());
        }
        synchronized (this) {
            correctedTo = to.name();
            correctedWhy = why;
            correctedBy = by;
            correctedAt = at.toEpochMilli();
        }
        run.save();
    }

    /** A verdict that is made again keeps what a person said. */
    void keepCorrectionOf(VerdictAction earlier) {
        correctedTo = earlier.correctedTo;
        correctedWhy = earlier.correctedWhy;
        correctedBy = earlier.correctedBy;
        correctedAt = earlier.correctedAt;
    }
}
