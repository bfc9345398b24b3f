package io.faultline.history;

import java.util.List;

/** What the state file looks like, and how an older one becomes like it. */
final class Schema {
    /** "FLTL" in SQLite's application_id, so that a file of another program is never written to. */
    static final int APPLICATION = 0x464c544c;

    /**
     * One entry for each version: the statements that lead to it from the one before. Entries are only ever added at
     * the end; one that was released is never changed.
     *
     * <p>Times are milliseconds since 1970, lengths of time microseconds, statuses Nagios' exit codes.
     */
    static final List<List<String>> MIGRATIONS = List.of(
            List.of(
                    // A check, its newest result in full, and the state that follows from it (without one: no state
                    // yet).
                    """
            CREATE TABLE checks (
              id INTEGER PRIMARY KEY,
              subject TEXT NOT NULL,
              name TEXT NOT NULL,
              fingerprint TEXT,
              newest INTEGER,
              at INTEGER, took INTEGER, status INTEGER, summary TEXT, facts TEXT, measurements TEXT,
              failures INTEGER, failing_since INTEGER, hard INTEGER, hard_since INTEGER, last_ok INTEGER,
              UNIQUE (subject, name)
            ) STRICT""",
                    // Each result points to the one before it of the same check. So results of all checks are written
                    // one
                    // behind the other, in a few pages instead of one for each check, and no index is needed.
                    """
            CREATE TABLE observation (
              id INTEGER PRIMARY KEY,
              previous INTEGER,
              check_id INTEGER NOT NULL,
              at INTEGER NOT NULL,
              took INTEGER NOT NULL,
              status INTEGER NOT NULL,
              summary INTEGER NOT NULL,
              facts TEXT,
              measurements TEXT
            ) STRICT""",
                    // Summaries repeat: each is stored once. Used: the newest day (since 1970) of a result that has it.
                    "CREATE TABLE summary (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, used INTEGER NOT NULL) STRICT",
                    """
            CREATE TABLE incident (
              id INTEGER PRIMARY KEY,
              subject TEXT NOT NULL,
              opened INTEGER NOT NULL,
              since INTEGER NOT NULL,
              mails INTEGER NOT NULL,
              resolved INTEGER
            ) STRICT""",
                    "CREATE INDEX incident_open ON incident (id) WHERE resolved IS NULL",
                    """
            CREATE TABLE incident_check (
              incident INTEGER NOT NULL,
              check_id INTEGER NOT NULL,
              PRIMARY KEY (incident, check_id)
            ) STRICT, WITHOUT ROWID""",
                    """
            CREATE TABLE mail (
              id INTEGER PRIMARY KEY,
              message_id TEXT NOT NULL UNIQUE,
              incident INTEGER,
              recipients TEXT NOT NULL,
              content TEXT NOT NULL,
              queued INTEGER NOT NULL,
              tries INTEGER NOT NULL,
              not_before INTEGER NOT NULL,
              last_error TEXT,
              sent INTEGER
            ) STRICT""",
                    "CREATE INDEX mail_queued ON mail (id) WHERE sent IS NULL",
                    "CREATE TABLE event (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL)"
                            + " STRICT",
                    "CREATE INDEX event_subject ON event (subject, at)"),
            List.of(
                    // What was said about a failed build; without a category, a build that passed. What a person said.
                    """
            CREATE TABLE verdict (
              id INTEGER PRIMARY KEY,
              job TEXT NOT NULL,
              build TEXT NOT NULL,
              at INTEGER NOT NULL,
              category TEXT,
              confidence REAL NOT NULL,
              cause TEXT NOT NULL,
              corrected_to TEXT, corrected_why TEXT, corrected_by TEXT, corrected_at INTEGER,
              UNIQUE (job, build)
            ) STRICT""",
                    "CREATE INDEX verdict_at ON verdict (at)",
                    // The signatures that counted, and the category each points to (empty in a build that passed).
                    """
            CREATE TABLE verdict_signature (
              verdict INTEGER NOT NULL,
              signature TEXT NOT NULL,
              towards TEXT NOT NULL,
              PRIMARY KEY (verdict, signature)
            ) STRICT, WITHOUT ROWID"""),
            List.of(
                    // What follows from more results than the newest row; see Flapping and Often.
                    "ALTER TABLE checks ADD COLUMN flapping TEXT",
                    "ALTER TABLE checks ADD COLUMN often TEXT",
                    "ALTER TABLE checks ADD COLUMN last_failure INTEGER",
                    "UPDATE checks SET last_failure = status",
                    "ALTER TABLE incident ADD COLUMN held TEXT",
                    "ALTER TABLE incident ADD COLUMN told_since INTEGER",
                    "ALTER TABLE incident ADD COLUMN reminded INTEGER",
                    "UPDATE incident SET told_since = opened WHERE mails > 0 AND resolved IS NULL",
                    // What people were told, see Told. What was mailed before this was kept counts as told.
                    "ALTER TABLE incident_check ADD COLUMN told INTEGER",
                    """
            UPDATE incident_check
              SET told = 4 + ifnull((SELECT nullif(hard, 0) FROM checks WHERE checks.id = check_id), 2)
              WHERE incident IN (SELECT id FROM incident WHERE mails > 0 AND resolved IS NULL)""",
                    // Who did what: see Act for the kinds. Which of the other columns are used follows from the kind.
                    """
            CREATE TABLE entry (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              at INTEGER NOT NULL,
              by TEXT NOT NULL,
              kind TEXT NOT NULL,
              incident INTEGER,
              targets TEXT,
              starts INTEGER,
              ends INTEGER,
              refers INTEGER,
              text TEXT
            ) STRICT""",
                    "CREATE INDEX entry_incident ON entry (incident, id) WHERE incident IS NOT NULL",
                    "CREATE INDEX entry_at ON entry (at)",
                    "CREATE INDEX entry_mailed ON entry (at) WHERE kind IN ('told', 'digested')",
                    "CREATE INDEX entry_pause ON entry (ends) WHERE kind IN ('silenced', 'planned')",
                    "CREATE INDEX entry_refers ON entry (refers) WHERE refers IS NOT NULL"),
            List.of(
                    // The newest report that each machine sent of itself: see Report.
                    """
            CREATE TABLE report (
              machine TEXT PRIMARY KEY,
              at INTEGER NOT NULL,
              received INTEGER NOT NULL,
              text TEXT NOT NULL
            ) STRICT"""),
            List.of(
                    // Not unique any more: texts that never repeat cost a page of that index each, in every commit.
                    "CREATE TABLE summaries (id INTEGER PRIMARY KEY, text TEXT NOT NULL, used INTEGER NOT NULL) STRICT",
                    "INSERT INTO summaries (id, text, used) SELECT id, text, used FROM summary",
                    "DROP TABLE summary",
                    "ALTER TABLE summaries RENAME TO summary",
                    "ALTER TABLE mail ADD COLUMN given_up INTEGER",
                    "DROP INDEX mail_queued",
                    "CREATE INDEX mail_queued ON mail (id) WHERE sent IS NULL AND given_up IS NULL",
                    "CREATE INDEX mail_sent ON mail (sent) WHERE sent IS NOT NULL"));

    private Schema() {}
}
