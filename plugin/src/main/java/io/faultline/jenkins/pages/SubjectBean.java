package io.faultline.jenkins.pages;

import io.faultline.overview.Page;
import java.util.Collection;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A service or machine, for programs. */
@ExportedBean(defaultVisibility = 2)
public final class SubjectBean {
    private final Page.Row row;

    SubjectBean(Page.Row row) {
        this.row = row;
    }

    static List<SubjectBean> of(Collection<Page.Row> rows) {
        return rows.stream().map(SubjectBean::new).toList();
    }

    @Exported
    public String getName() {
        return row.link().name();
    }

    /** OK, WARNING, CRITICAL, UNKNOWN, RETRYING, PENDING or UNCHECKED. */
    @Exported
    public String getCondition() {
        return row.condition().name();
    }

    @Exported
    public String getImportance() {
        return row.importance();
    }

    @Exported
    public String getPurpose() {
        return row.purpose();
    }

    /** What is wrong, in a line; empty if nothing is. */
    @Exported
    public String getProblem() {
        return row.what();
    }

    /** Since when, as in 2026-11-22T12:00:00Z; null if it never had a result. */
    @Exported
    public String getSince() {
        return row.since().map(Page.Moment::datetime).orElse(null);
    }
}
