package io.faultline.jenkins.jobs;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.FreeStyleProject;
import hudson.model.InvisibleAction;
import hudson.model.Item;
import hudson.util.HttpResponses;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.Subject;
import io.faultline.history.CheckState;
import io.faultline.jenkins.Addresses;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlineEngine.Current;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Messages;
import io.faultline.overview.Page.Moment;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.verb.POST;

/**
 * What the page of a service's job says of the service: the state of its checks, what it needs and what needs it, and
 * whether Faultline still looks after the job. Nothing of it starts another job; whoever may configure the job can have it
 * made again what the catalogue wants.
 */
public final class ServiceJobAction extends InvisibleAction {
    private static final Logger LOGGER = Logger.getLogger(ServiceJobAction.class.getName());

    static final String URL = "faultline-job";

    private final FreeStyleProject job;
    private final KeptJob kept;

    ServiceJobAction(FreeStyleProject job, KeptJob kept) {
        this.job = job;
        this.kept = kept;
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    /** One check. */
    public record Line(String name, String status, Moment since, String summary) {
        public String getName() {
            return name;
        }

        public String getStatus() {
            return status;
        }

        /** The name of the status' colour. */
        public String getStyle() {
            return status.toLowerCase(Locale.ROOT);
        }

        /** Null if nobody knows. */
        public Moment getSince() {
            return since;
        }

        public String getSummary() {
            return summary;
        }
    }

    /** Another service or machine, and the address of its job if there is one that the reader may see. */
    public record Need(String name, String url) {
        public String getName() {
            return name;
        }

        public String getUrl() {
            return url;
        }
    }

    /** All that the page shows. */
    public record View(String note, String page, List<Line> checks, List<Need> needs, List<Need> neededBy) {
        public View {
            checks = List.copyOf(checks);
            needs = List.copyOf(needs);
            neededBy = List.copyOf(neededBy);
        }

        public String getNote() {
            return note;
        }

        /** The page of the service, from the root of Jenkins on; null if there is none to see. */
        public String getPage() {
            return page;
        }

        public List<Line> getChecks() {
            return checks;
        }

        public List<Need> getNeeds() {
            return needs;
        }

        public List<Need> getNeededBy() {
            return neededBy;
        }
    }

    /** Nothing of the service for who may not look at services, whatever jobs they may see. */
    public View getView() {
        if (!Jenkins.get().hasPermission(FaultlinePermissions.VIEW)) {
            return new View(note(), null, List.of(), List.of(), List.of());
        }
        return FaultlineEngine.get()
                .look()
                .map(this::view)
                .orElseGet(() -> new View(note(), null, List.of(), List.of(), List.of()));
    }

    private View view(Current current) {
        Catalog catalog = current.catalog();
        Optional<Subject> subject = catalog.subject(kept.subject());
        return new View(
                note(),
                subject.map(Addresses::of).orElse(null),
                subject.stream()
                        .flatMap(one -> one.checks().stream())
                        .flatMap(check -> current.recorder().state(check.id()).stream())
                        .map(state -> line(state, current))
                        .toList(),
                needs(subject.map(Subject::dependsOn).orElse(List.of())),
                needs(catalog.dependants(kept.subject())));
    }

    private static Line line(CheckState state, Current current) {
        return new Line(
                state.check().name(),
                state.last().status().name(),
                state.failingSince()
                        .or(() -> Optional.of(state.hardSince()))
                        .map(since -> Moment.of(since, current.zone()))
                        .orElse(null),
                state.last().summary());
    }

    private static List<Need> needs(Collection<String> names) {
        return names.stream()
                .map(name -> new Need(
                        name,
                        JobKeeper.get()
                                .jobOf(name)
                                .map(FreeStyleProject::getUrl)
                                .orElse(null)))
                .toList();
    }

    /** Whether Faultline looks after the job. */
    private String note() {
        if (kept.disabled()) {
            return Messages.ServiceJobAction_gone();
        }
        return isChanged() ? Messages.ServiceJobAction_changed() : Messages.ServiceJobAction_kept();
    }

    private boolean isChanged() {
        try {
            return kept.isChanged(job);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "the configuration of " + job + " cannot be read", e);
            return true;
        }
    }

    /** Where the form that restores the job leads to, from the root of Jenkins on. */
    public String getRestoreUrl() {
        return job.getUrl() + URL + "/restore";
    }

    /** Whether there is something to restore that whoever looks may restore. */
    public boolean isRestorable() {
        return !kept.disabled() && job.hasPermission(Item.CONFIGURE) && isChanged();
    }

    /** Gives up what a person has changed by hand. */
    @POST
    public HttpResponse doRestore() throws IOException {
        job.checkPermission(Item.CONFIGURE);
        if (!JobKeeper.get().restore(job)) {
            throw HttpResponses.errorWithoutStack(
                    HttpServletResponse.SC_CONFLICT, Messages.ServiceJobAction_noService());
        }
        return HttpResponses.redirectTo("..");
    }

    /** Puts it on the pages of those jobs that Faultline made. */
    @Extension
    public static final class Factory extends TransientActionFactory<FreeStyleProject> {
        @Override
        public Class<FreeStyleProject> type() {
            return FreeStyleProject.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull FreeStyleProject target) {
            // Asked for every job of every list: only ours are worth a look at the disk.
            if (!JobKeeper.get().isKept(target)) {
                return List.of();
            }
            try {
                return KeptJob.of(target)
                        .map(kept -> List.of(new ServiceJobAction(target, kept)))
                        .orElse(List.of());
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "what is remembered of " + target + " cannot be read", e);
                return List.of();
            }
        }
    }
}
