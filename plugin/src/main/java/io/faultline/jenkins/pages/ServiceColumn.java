package io.faultline.jenkins.pages;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Job;
import hudson.views.ListViewColumn;
import hudson.views.ListViewColumnDescriptor;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.Messages;
import io.faultline.overview.Page;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Says in a list of jobs how the service or machine is that a job checks. */
public final class ServiceColumn extends ListViewColumn {
    @DataBoundConstructor
    public ServiceColumn() {
        super();
    }

    /** How what it checks is; null if that is nothing, or if whoever looks may not see it. */
    public Page.Row row(Object item) {
        if (!(item instanceof Job<?, ?> job) || !FaultlineRootAction.mayLook()) {
            return null;
        }
        return service(job)
                .flatMap(name -> Looking.pages().flatMap(pages -> pages.row(name)))
                .orElse(null);
    }

    private static Optional<String> service(Job<?, ?> job) {
        Optional<String> known = ExtensionList.lookup(ServiceOfJob.class).stream()
                .flatMap(finder -> finder.service(job).stream())
                .findFirst();
        String folder = FaultlineConfiguration.get().getJobsFolder() + "/";
        return known.or(() -> Optional.of(job.getFullName())
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length())));
    }

    /** Not among the columns of a new list: most jobs are no services. */
    @Extension
    @Symbol("faultlineService")
    public static final class DescriptorImpl extends ListViewColumnDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.ServiceColumn_displayName();
        }

        @Override
        public boolean shownByDefault() {
            return false;
        }
    }
}
