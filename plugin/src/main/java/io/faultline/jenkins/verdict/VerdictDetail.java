package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import java.util.List;
import jenkins.model.details.Detail;
import jenkins.model.details.DetailFactory;

/** The verdict beside the other details on a build's page. */
public final class VerdictDetail extends Detail {
    private final VerdictAction verdict;

    VerdictDetail(VerdictAction verdict) {
        super(verdict.getRun());
        this.verdict = verdict;
    }

    @Override
    public String getIconClassName() {
        return verdict.getStandingIcon();
    }

    @Override
    public String getDisplayName() {
        return verdict.getHeadline();
    }

    @Override
    public String getLink() {
        return VerdictAction.URL + "/";
    }

    /** For builds that have one. */
    @Extension
    @SuppressWarnings("rawtypes") // a type cannot be named with its parameters
    public static final class Factory extends DetailFactory<Run> {
        @Override
        public Class<Run> type() {
            return Run.class;
        }

        @NonNull
        @Override
        public List<? extends Detail> createFor(@NonNull Run run) {
            Run<?, ?> build = run;
            return VerdictAction.of(build).map(VerdictDetail::new).map(List::of).orElse(List.of());
        }
    }
}
