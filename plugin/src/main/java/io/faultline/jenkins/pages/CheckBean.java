package io.faultline.jenkins.pages;

import io.faultline.overview.Page;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A check and its newest result, for programs. */
@ExportedBean(defaultVisibility = 2)
public final class CheckBean {
    private final Page.CheckRow row;

    CheckBean(Page.CheckRow row) {
        this.row = row;
    }

    @Exported
    public String getName() {
        return row.name();
    }

    @Exported
    public String getType() {
        return row.type();
    }

    @Exported
    public String getCondition() {
        return row.condition().name();
    }

    @Exported
    public String getSummary() {
        return row.summary();
    }

    @Exported
    public List<String> getFacts() {
        return row.facts();
    }

    /** When the newest result was, as in 2026-11-22T12:00:00Z; null if there is none. */
    @Exported
    public String getAt() {
        return row.at().map(Page.Moment::datetime).orElse(null);
    }

    /** Since when it is like this; null if there is no result. */
    @Exported
    public String getSince() {
        return row.since().map(Page.Moment::datetime).orElse(null);
    }
}
