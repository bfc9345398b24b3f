package io.faultline.jenkins.pages;

import io.faultline.overview.Page;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An incident, for programs. */
@ExportedBean(defaultVisibility = 2)
public final class IncidentBean {
    private final Page.IncidentRow row;

    IncidentBean(Page.IncidentRow row) {
        this.row = row;
    }

    @Exported
    public long getId() {
        return row.id();
    }

    /** The service or machine that it began with. */
    @Exported
    public String getSubject() {
        return row.subject();
    }

    /** The names of its checks, separated by commas. */
    @Exported
    public String getChecks() {
        return row.checks();
    }

    @Exported
    public String getSince() {
        return row.since().datetime();
    }

    /** When it was over; null while it is open. */
    @Exported
    public String getResolved() {
        return row.resolved().map(Page.Moment::datetime).orElse(null);
    }

    @Exported
    public int getMails() {
        return row.mails();
    }

    /** Who works on it; null if nobody does. */
    @Exported
    public String getClaimedBy() {
        return row.claim().map(Page.ClaimRow::by).orElse(null);
    }

    /** Until when the claim counts; null if there is none. */
    @Exported
    public String getClaimedUntil() {
        return row.claim().map(claim -> claim.until().datetime()).orElse(null);
    }
}
