package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Item;
import hudson.model.Job;
import hudson.util.FormValidation;
import io.faultline.catalog.Subject;
import io.faultline.config.Names;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.SubjectField;
import io.faultline.jenkins.Words;
import java.util.List;
import java.util.Optional;
import jenkins.model.OptionalJobProperty;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What a job says of itself: which services its builds use, and who is told when the infrastructure broke one. */
public final class FaultlineJobProperty extends OptionalJobProperty<Job<?, ?>> {
    private String services = "";
    private String infrastructureMail = "";
    private boolean noMail;

    @DataBoundConstructor
    public FaultlineJobProperty() {
        // All is optional.
    }

    /** Names from the catalogue, separated by commas or blanks. */
    public String getServices() {
        return services;
    }

    @DataBoundSetter
    public void setServices(String services) {
        this.services = Util.fixNull(services).trim();
    }

    List<String> serviceNames() {
        return Words.of(services);
    }

    /** Who is told, instead of those whom the global settings name. */
    public String getInfrastructureMail() {
        return infrastructureMail;
    }

    @DataBoundSetter
    public void setInfrastructureMail(String infrastructureMail) {
        this.infrastructureMail = Util.fixNull(infrastructureMail).trim();
    }

    /** Whether nobody is told by mail. */
    public boolean isNoMail() {
        return noMail;
    }

    @DataBoundSetter
    public void setNoMail(boolean noMail) {
        this.noMail = noMail;
    }

    @Extension
    @Symbol("faultline")
    public static final class DescriptorImpl extends OptionalJobPropertyDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.FaultlineJobProperty_displayName();
        }

        @POST
        public FormValidation doCheckServices(@AncestorInPath Item item, @QueryParameter String value) {
            Optional<FaultlineEngine.Current> engine = FaultlineEngine.get().look();
            if (!SubjectField.mayFill(item) || engine.isEmpty()) {
                return FormValidation.ok();
            }
            List<String> known =
                    engine.get().catalog().subjects().map(Subject::name).toList();
            for (String name : Words.of(value)) {
                if (!known.contains(name)) {
                    return FormValidation.warning(Messages.FaultlineJobProperty_notInCatalogue(name)
                            + (SubjectField.maySee() ? Names.didYouMean(name, known) : ""));
                }
            }
            return FormValidation.ok();
        }

        @POST
        public FormValidation doCheckInfrastructureMail(@AncestorInPath Item item, @QueryParameter String value) {
            return SubjectField.mayFill(item) ? Words.checkAddresses(value) : FormValidation.ok();
        }

        /** Completes names of services while they are typed. */
        public AutoCompletionCandidates doAutoCompleteServices(@QueryParameter String value) {
            return SubjectField.complete(value);
        }
    }
}
