package io.faultline.jenkins.pages;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Api;
import hudson.model.ModelObject;
import hudson.model.RootAction;
import hudson.util.HttpResponses;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.verdict.VerdictRow;
import io.faultline.overview.Page;
import io.faultline.overview.Pages;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * {@code /faultline/}: what works and what does not, and what people do about it. Whatever is below it needs
 * {@link FaultlinePermissions#VIEW}, but for the trigger.
 */
@Extension
@ExportedBean
public final class FaultlineRootAction implements RootAction, StaplerProxy, ModelObject {
    static final String URL = "faultline";
    private static final String TRIGGER = "/trigger";
    private static final int SEE_OTHER = 303;

    @Override
    public String getIconFileName() {
        return mayLook() ? "symbol-pulse-outline plugin-ionicons-api" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.FaultlineRootAction_displayName();
    }

    @Override
    public String getUrlName() {
        return URL;
    }

    @Override
    public Object getTarget() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        String rest = request == null ? "" : request.getRestOfPath();
        if (!rest.equals(TRIGGER) && !rest.startsWith(TRIGGER + "/")) {
            Jenkins.get().checkPermission(FaultlinePermissions.VIEW);
        }
        return this;
    }

    static boolean mayLook() {
        return Jenkins.get().hasPermission(FaultlinePermissions.VIEW);
    }

    /** The root of all addresses here, with the context path, without a slash at the end. */
    static String home() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return (request == null ? "" : request.getContextPath()) + "/" + URL;
    }

    /** Not an object of its own: Stapler would send whoever posts to an object's index elsewhere. */
    @RequirePOST
    public void doTrigger(StaplerRequest2 request, StaplerResponse2 response) throws IOException, InterruptedException {
        ExtensionList.lookupFirst(TriggerPage.class).answer(request, response);
    }

    public SubjectPage getService(String name) {
        return subject("service", name);
    }

    public SubjectPage getMachine(String name) {
        return subject("machine", name);
    }

    private static SubjectPage subject(String kind, String name) {
        return Looking.pages()
                .flatMap(pages -> pages.subject(name))
                .filter(subject -> subject.kind().equals(kind))
                .map(SubjectPage::new)
                .orElse(null);
    }

    public IncidentPage getIncident(String number) {
        if (!number.matches("[0-9]{1,18}")) {
            return null;
        }
        return Looking.pages()
                .flatMap(pages -> pages.incident(Long.parseLong(number)))
                .map(IncidentPage::new)
                .orElse(null);
    }

    public ClaimForm getClaim() {
        return new ClaimForm();
    }

    public ReleaseForm getRelease() {
        return new ReleaseForm();
    }

    public SilenceForm getSilence() {
        return new SilenceForm();
    }

    public DowntimeForm getDowntime() {
        return new DowntimeForm();
    }

    public EndForm getEnd() {
        return new EndForm();
    }

    public NoteForm getNote() {
        return new NoteForm();
    }

    /** A picture of how a service is. */
    public HttpResponse doBadge(@QueryParameter String service) {
        Jenkins.get().checkPermission(FaultlinePermissions.VIEW);
        return Looking.pages()
                .flatMap(pages -> pages.row(service == null ? "" : service))
                .<HttpResponse>map(row -> Answer.badge(row.link().name(), row.condition()))
                .orElseGet(HttpResponses::notFound);
    }

    /** Reads catalogue and settings again, at once. */
    @RequirePOST
    public HttpResponse doReload() {
        Jenkins.get().checkPermission(FaultlinePermissions.CONFIGURE);
        FaultlineEngine.get().reload();
        // And what has to be fetched, as soon as it is there.
        FaultlineEngine.get().settingsChanged();
        return HttpResponses.redirectTo(SEE_OTHER, home() + "/");
    }

    public Api getApi() {
        return new Api(this);
    }

    /** Why there is nothing to see, or why it is old, as a sentence for people; null if it is neither. */
    public String getFailure() {
        FaultlineEngine engine = FaultlineEngine.get();
        return engine.failure().or(engine::outdated).orElse(null);
    }

    /** The start page's contents; null if there is no engine. */
    public Page.Index getOverview() {
        return Looking.pages().map(Pages::index).orElse(null);
    }

    /** The contents of the page of incidents; null if there is no engine. */
    public Page.Incidents getIncidentList() {
        return Looking.pages().map(Pages::incidents).orElse(null);
    }

    /** The newest verdicts on builds that whoever looks may see. */
    public List<VerdictRow> getVerdicts() {
        return VerdictRow.newest();
    }

    /** What whoever looks may do. */
    public May getMay() {
        return new May();
    }

    /** For the pages. */
    public String join(List<String> names) {
        return String.join(", ", names);
    }

    /** The overview in one line. */
    @Exported
    public String getVerdict() {
        return Optional.ofNullable(getOverview()).map(Page.Index::verdict).orElse(null);
    }

    /** The worst condition of all. */
    @Exported
    public String getCondition() {
        return Optional.ofNullable(getOverview())
                .map(index -> index.condition().name())
                .orElse(null);
    }

    @Exported(inline = true)
    public List<SubjectBean> getServices() {
        return SubjectBean.of(overview().map(Page.Index::services).orElse(List.of()));
    }

    @Exported(inline = true)
    public List<SubjectBean> getMachines() {
        return SubjectBean.of(overview().map(Page.Index::machines).orElse(List.of()));
    }

    /** Those that are open. */
    @Exported(inline = true)
    public List<IncidentBean> getOpenIncidents() {
        return Looking.pages().stream()
                .flatMap(pages -> pages.incidents().open().stream())
                .map(IncidentBean::new)
                .toList();
    }

    private Optional<Page.Index> overview() {
        return Optional.ofNullable(getOverview());
    }
}
