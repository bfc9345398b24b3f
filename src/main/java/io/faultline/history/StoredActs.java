package io.faultline.history;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Entries of the log as rows of the table {@code entry}. */
final class StoredActs {
    static final String COLUMNS = "id, at, by, kind, incident, targets, starts, ends, refers, text";
    static final String INSERT = "INSERT INTO entry (at, by, kind, incident, targets, starts, ends, refers, text)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";

    /** The columns that depend on the kind; null where a kind has no use for one. */
    private record Row(
            String kind, Long incident, String targets, Instant starts, Instant ends, Long refers, String text) {}

    private StoredActs() {}

    /** Fills in {@link #INSERT}. */
    static void set(PreparedStatement insert, Instant at, String by, Act act) throws SQLException {
        Row row = row(act);
        insert.setLong(1, at.toEpochMilli());
        insert.setString(2, by);
        insert.setString(3, row.kind);
        number(insert, 4, row.incident);
        insert.setString(5, row.targets);
        number(insert, 6, row.starts == null ? null : row.starts.toEpochMilli());
        number(insert, 7, row.ends == null ? null : row.ends.toEpochMilli());
        number(insert, 8, row.refers);
        insert.setString(9, row.text);
    }

    private static Row row(Act act) {
        if (act instanceof Act.Claimed claimed) {
            return new Row("claimed", claimed.incident(), null, null, claimed.until(), null, null);
        } else if (act instanceof Act.Released released) {
            return new Row("released", released.incident(), null, null, null, null, null);
        } else if (act instanceof Act.Silenced silenced) {
            return new Row(
                    "silenced",
                    silenced.incident().orElse(null),
                    written(silenced.targets()),
                    null,
                    silenced.until(),
                    null,
                    silenced.why());
        } else if (act instanceof Act.Planned planned) {
            return new Row(
                    "planned", null, written(planned.targets()), planned.from(), planned.until(), null, planned.why());
        } else if (act instanceof Act.Ended ended) {
            return new Row("ended", null, null, null, null, ended.pause(), null);
        } else if (act instanceof Act.Noted noted) {
            return new Row(
                    "noted",
                    noted.incident().orElse(null),
                    noted.subject().orElse(null),
                    null,
                    null,
                    null,
                    noted.text());
        } else if (act instanceof Act.Opened opened) {
            return new Row("opened", opened.incident(), null, null, null, null, null);
        } else if (act instanceof Act.Told told) {
            return new Row(
                    "told", told.incident(), String.join("\n", told.recipients()), null, null, null, told.what());
        } else if (act instanceof Act.Held held) {
            return new Row("held", held.incident(), null, null, null, null, held.reason());
        } else if (act instanceof Act.Digested digested) {
            return new Row("digested", null, digested.team(), null, null, (long) digested.incidents(), digested.what());
        } else if (act instanceof Act.Resolved resolved) {
            return new Row("resolved", resolved.incident(), null, null, null, null, null);
        }
        throw new IllegalArgumentException("cannot store " + act);
    }

    /** Reads {@link #COLUMNS}. */
    static Entry entry(ResultSet rows) throws SQLException {
        long number = rows.getLong(5);
        Optional<Long> incident = rows.wasNull() ? Optional.empty() : Optional.of(number);
        String targets = rows.getString(6);
        String text = rows.getString(10);
        Act act = switch (rows.getString(4)) {
            case "claimed" -> new Act.Claimed(number, instant(rows, 8));
            case "released" -> new Act.Released(number);
            case "silenced" -> new Act.Silenced(incident, targets(targets), instant(rows, 8), text);
            case "planned" -> new Act.Planned(targets(targets), instant(rows, 7), instant(rows, 8), text);
            case "ended" -> new Act.Ended(rows.getLong(9));
            case "noted" -> new Act.Noted(incident, Optional.ofNullable(targets), text);
            case "opened" -> new Act.Opened(number);
            case "told" -> new Act.Told(number, targets.isEmpty() ? List.of() : List.of(targets.split("\n")), text);
            case "held" -> new Act.Held(number, text);
            case "digested" -> new Act.Digested(targets, rows.getInt(9), text == null ? Act.Digested.LEFT_OUT : text);
            case "resolved" -> new Act.Resolved(number);
            default -> throw new IllegalArgumentException("no act is called " + rows.getString(4));
        };
        return new Entry(rows.getLong(1), instant(rows, 2), rows.getString(3), act);
    }

    private static String written(SortedSet<Target> targets) {
        return targets.stream().map(Target::toString).collect(Collectors.joining("\n"));
    }

    private static SortedSet<Target> targets(String text) {
        return Stream.of(text.split("\n")).map(Target::parse).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        return Instant.ofEpochMilli(rows.getLong(column));
    }

    private static void number(PreparedStatement statement, int place, Long value) throws SQLException {
        if (value == null) {
            statement.setNull(place, Types.INTEGER);
        } else {
            statement.setLong(place, value);
        }
    }
}
