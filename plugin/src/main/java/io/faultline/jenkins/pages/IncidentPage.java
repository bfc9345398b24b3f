package io.faultline.jenkins.pages;

import hudson.model.Api;
import hudson.model.ModelObject;
import io.faultline.jenkins.Messages;
import io.faultline.overview.Page;
import java.util.List;
import jenkins.security.stapler.StaplerAccessibleType;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One incident in depth. */
@StaplerAccessibleType
@ExportedBean
public final class IncidentPage implements ModelObject {
    private final Page.IncidentInDepth page;

    IncidentPage(Page.IncidentInDepth page) {
        this.page = page;
    }

    @Override
    public String getDisplayName() {
        return Messages.IncidentPage_displayName(Long.toString(page.row().id()));
    }

    public Page.IncidentInDepth getPage() {
        return page;
    }

    /** Itself, as a table's only row. */
    public List<Page.IncidentRow> getRows() {
        return List.of(page.row());
    }

    /** Its service or machine, as a table's only row. */
    public List<Page.Row> getSubjects() {
        return page.subject().stream().toList();
    }

    public boolean isOpen() {
        return page.row().resolved().isEmpty();
    }

    /** What whoever looks may do. */
    public May getMay() {
        return new May();
    }

    public Api getApi() {
        return new Api(this);
    }

    @Exported(inline = true)
    public IncidentBean getIncident() {
        return new IncidentBean(page.row());
    }
}
