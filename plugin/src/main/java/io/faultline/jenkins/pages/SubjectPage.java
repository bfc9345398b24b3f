package io.faultline.jenkins.pages;

import hudson.model.Api;
import hudson.model.FreeStyleProject;
import hudson.model.ModelObject;
import io.faultline.jenkins.jobs.JobKeeper;
import io.faultline.overview.Page;
import java.util.List;
import jenkins.security.stapler.StaplerAccessibleType;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One service or machine in depth. */
@StaplerAccessibleType
@ExportedBean
public final class SubjectPage implements ModelObject {
    private final Page.Subject page;

    SubjectPage(Page.Subject page) {
        this.page = page;
    }

    @Override
    public String getDisplayName() {
        return page.link().name();
    }

    public Page.Subject getPage() {
        return page;
    }

    /** What whoever looks may do. */
    public May getMay() {
        return new May();
    }

    /** The job that runs its checks, from the root of Jenkins on; null if there is none that whoever looks may see. */
    public String getJobUrl() {
        return JobKeeper.get().jobOf(getName()).map(FreeStyleProject::getUrl).orElse(null);
    }

    public Api getApi() {
        return new Api(this);
    }

    @Exported
    public String getName() {
        return page.link().name();
    }

    @Exported
    public String getKind() {
        return page.kind();
    }

    @Exported
    public String getPurpose() {
        return page.purpose();
    }

    @Exported
    public String getCondition() {
        return page.condition().name();
    }

    @Exported(inline = true)
    public List<CheckBean> getChecks() {
        return page.checks().stream().map(CheckBean::new).toList();
    }

    @Exported(inline = true)
    public List<IncidentBean> getOpenIncidents() {
        return page.openIncidents().stream().map(IncidentBean::new).toList();
    }
}
