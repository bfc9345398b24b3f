package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Job;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.verdict.Category;
import io.faultline.verdict.VerdictTrend;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** Why a job's builds failed, week by week: on the job's page, and with each verdict on a page of its own. */
@ExportedBean
public final class JobVerdicts implements Action {
    private static final int WEEKS = 12;
    private static final int MOST = 500;
    private static final int HEIGHT = 80;
    private static final int WIDTH = 20;

    private final Job<?, ?> job;

    JobVerdicts(Job<?, ?> job) {
        this.job = job;
    }

    public Api getApi() {
        return new Api(this);
    }

    public Job<?, ?> getJob() {
        return job;
    }

    @Override
    public String getIconFileName() {
        return "symbol-stats-chart-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.JobVerdicts_displayName();
    }

    @Override
    public String getUrlName() {
        return "faultline-verdicts";
    }

    private List<PastVerdict> verdicts(int most) {
        return FaultlineEngine.get()
                .look()
                .map(engine -> engine.verdictLog().verdicts(job.getFullName(), most))
                .orElse(List.of());
    }

    /** One week, and where its parts stand in the picture, in pixels. */
    @ExportedBean(defaultVisibility = 2)
    public static final class Bar {
        private final VerdictTrend.Week week;
        private final int index;
        private final int most;

        Bar(VerdictTrend.Week week, int index, int most) {
            this.week = week;
            this.index = index;
            this.most = most;
        }

        @Exported
        public String getMonday() {
            return week.monday().toString();
        }

        @Exported
        public int getInfrastructure() {
            return week.infrastructure();
        }

        @Exported
        public int getCode() {
            return week.code();
        }

        @Exported
        public int getUndetermined() {
            return week.undetermined();
        }

        public int getX() {
            return index * WIDTH + 2;
        }

        public int getWidth() {
            return WIDTH - 4;
        }

        public int getInfrastructureHeight() {
            return height(week.infrastructure());
        }

        public int getCodeHeight() {
            return height(week.code());
        }

        public int getUndeterminedHeight() {
            return height(week.undetermined());
        }

        public int getInfrastructureY() {
            return HEIGHT - getInfrastructureHeight();
        }

        public int getCodeY() {
            return getInfrastructureY() - getCodeHeight();
        }

        public int getUndeterminedY() {
            return getCodeY() - getUndeterminedHeight();
        }

        private int height(int builds) {
            return most == 0 ? 0 : builds * HEIGHT / most;
        }
    }

    /** The last weeks, the current one last. */
    @Exported
    public List<Bar> getBars() {
        FaultlineEngine engine = FaultlineEngine.get();
        List<VerdictTrend.Week> weeks = VerdictTrend.weeks(
                verdicts(MOST),
                engine.clock().instant(),
                engine.look().map(FaultlineEngine.Current::zone).orElse(ZoneOffset.UTC),
                WEEKS);
        int most = weeks.stream().mapToInt(VerdictTrend.Week::failed).max().orElse(0);
        List<Bar> bars = new ArrayList<>();
        for (VerdictTrend.Week week : weeks) {
            bars.add(new Bar(week, bars.size(), most));
        }
        return bars;
    }

    public boolean isAny() {
        return !verdicts(1).isEmpty();
    }

    public int getPictureWidth() {
        return WEEKS * WIDTH;
    }

    public int getPictureHeight() {
        return HEIGHT;
    }

    /** The newest verdicts. */
    public List<VerdictRow> getNewest() {
        return FaultlineEngine.get()
                .look()
                .map(engine -> VerdictRow.newest(job, engine))
                .orElse(List.of());
    }

    /** Those weeks in which a build failed, newest first. */
    public List<Bar> getWeeksWithFailures() {
        List<Bar> weeks = new ArrayList<>(getBars());
        weeks.removeIf(bar -> bar.week.failed() == 0);
        Collections.reverse(weeks);
        return weeks;
    }

    /** How many builds of these weeks failed for this reason, the name of a {@link Category}. */
    public int sum(List<Bar> bars, String category) {
        return bars.stream()
                .mapToInt(
                        switch (Category.valueOf(category)) {
                            case INFRASTRUCTURE -> Bar::getInfrastructure;
                            case CODE -> Bar::getCode;
                            case UNDETERMINED -> Bar::getUndetermined;
                        })
                .sum();
    }

    /** For every job. */
    @Extension
    @SuppressWarnings("rawtypes") // a type cannot be named with its parameters
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Job job) {
            Job<?, ?> known = job;
            return List.of(new JobVerdicts(known));
        }
    }
}
