package io.faultline.overview;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The view model: everything that a page shows, as text and in order. Nothing here is escaped; the templates do that. */
public sealed interface Page {
    /** Where the page is in the folder, with {@code /}. */
    String path();

    /** The template that shows it. */
    String template();

    /** What leads from the page's own folder to the top one. */
    default String root() {
        return path().indexOf('/') < 0 ? "" : "../";
    }

    /** The start page. */
    record Index(
            String verdict,
            Condition condition,
            String remark,
            Moment generated,
            Optional<Moment> newestResult,
            String zone,
            List<Row> problems,
            List<Row> services,
            List<Row> machines,
            List<String> refused,
            List<String> nobodyTold,
            Outbox outbox)
            implements Page {
        @Override
        public String path() {
            return "index.html";
        }

        @Override
        public String template() {
            return "index.jte";
        }
    }

    /** A service or a machine. */
    record Subject(
            Link link,
            String kind,
            Condition condition,
            String what,
            String purpose,
            List<Field> fields,
            List<IncidentRow> openIncidents,
            List<PauseRow> pauses,
            List<LogRow> log,
            List<CheckRow> checks,
            List<Row> dependants,
            List<Row> dependencies,
            List<EventRow> events,
            List<IncidentRow> pastIncidents,
            String zone)
            implements Page {
        @Override
        public String path() {
            return link.href();
        }

        @Override
        public String template() {
            return "subject.jte";
        }
    }

    /** The newest incidents, and what people do about them. */
    record Incidents(
            List<IncidentRow> open, List<PauseRow> pauses, List<IncidentRow> resolved, List<LogRow> log, String zone)
            implements Page {
        @Override
        public String path() {
            return "incidents.html";
        }

        @Override
        public String template() {
            return "incidents.jte";
        }
    }

    /**
     * What anybody may read who finds the page: how the services are. No names of people, no addresses, nothing that a
     * check or a person wrote.
     */
    record Public(
            String verdict,
            Condition condition,
            Moment generated,
            Optional<Moment> newestResult,
            List<PublicRow> services,
            String zone)
            implements Page {
        @Override
        public String path() {
            return "public.html";
        }

        @Override
        public String template() {
            return "public.jte";
        }
    }

    /** A service on the public page. {@code lasted}: if it has a problem, for how long. */
    record PublicRow(String name, Condition condition, Optional<Moment> since, String lasted) {}

    /** An instant: for programs, and for people. */
    record Moment(String datetime, String text) {
        private static final DateTimeFormatter PEOPLE = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

        public static Moment of(Instant at, ZoneId zone) {
            return new Moment(at.truncatedTo(ChronoUnit.SECONDS).toString(), PEOPLE.format(at.atZone(zone)));
        }
    }

    /** @param kind service or machine */
    record Link(String kind, String name) {
        /** Where its page is, from the top folder. */
        public String href() {
            return kind + "/" + name + ".html";
        }
    }

    /** A service or machine in a table. {@code handling}: who works on it, or why nobody is mailed. */
    record Row(
            Link link,
            String purpose,
            String importance,
            Condition condition,
            Optional<Moment> since,
            String lasted,
            String what,
            String handling) {}

    /** A property. {@code href}: if the value is an address on the web. */
    record Field(String name, String value, Optional<String> href) {}

    /** A check on its subject's page. */
    record CheckRow(
            String name,
            String title,
            String type,
            Condition condition,
            String summary,
            List<String> facts,
            Optional<Moment> at,
            String took,
            Optional<Moment> since,
            String failures,
            String every,
            Strip strip) {}

    /** Recent results, oldest first. {@code words}: what it shows, in words. */
    record Strip(String words, List<Run> runs) {}

    /** Results in a row with the same status. {@code letters}: one for each result. */
    record Run(Condition condition, String letters) {}

    /** Something that happened. {@code subject}: where, if not on this page's own subject. */
    record EventRow(Moment at, Optional<Link> subject, String what) {}

    /**
     * An incident. {@code lasted}: how long; until now if it is open. {@code handling}: who works on it, and why nobody
     * is mailed. {@code claim}: who works on it now.
     */
    record IncidentRow(
            long id,
            String subject,
            Optional<Link> link,
            Moment since,
            Optional<Moment> resolved,
            String lasted,
            String checks,
            int mails,
            Optional<ClaimRow> claim,
            List<String> handling) {}

    /** Who works on an incident. */
    record ClaimRow(String by, Moment since, Moment until) {}

    /** One incident, with what was done about it, newest first, and what of its service or machine fails now. */
    record IncidentInDepth(IncidentRow row, Optional<Row> subject, List<LogRow> log, String zone) {}

    /** A silence or a planned downtime. */
    record PauseRow(
            long id, String kind, String targets, Moment from, Moment until, boolean holds, String why, String by) {}

    /** Something that was done. {@code incident}: its number, if it was about one. */
    record LogRow(Moment at, String by, String incident, String what) {}

    /** Mails that wait. */
    record Outbox(int waiting, Optional<Moment> oldest, Optional<String> error) {}
}
