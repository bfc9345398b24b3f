package io.faultline.catalog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who is on shift when: times as they are written, by name of a contact.
 *
 * <p>Read from lines ({@code 2026-11-23 2026-11-30 ana}: from the first day on, until the second begins) or from an
 * iCalendar file (RFC 5545): events with a beginning, an end and the contact's name as their summary. Events that
 * repeat are not understood, and refused.
 */
public record Rota(List<Shift> shifts) {
    private static final int MOST_SHIFTS = 5_000;
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT);

    /** A time of somebody; without a zone of its own (UTC) it is meant in the zone of whoever asks. */
    public record Shift(LocalDateTime from, LocalDateTime until, Optional<ZoneId> zone, String name) {
        boolean holds(Instant now, ZoneId ours) {
            LocalDateTime there = LocalDateTime.ofInstant(now, zone.orElse(ours));
            return !there.isBefore(from) && there.isBefore(until);
        }
    }

    public Rota {
        shifts = List.copyOf(shifts);
    }

    /** The names of those on shift, in the order of the file. */
    public Set<String> onShift(Instant now, ZoneId zone) {
        Set<String> names = new LinkedHashSet<>();
        shifts.stream().filter(shift -> shift.holds(now, zone)).forEach(shift -> names.add(shift.name()));
        return names;
    }

    /** @throws IllegalArgumentException naming the line that is wrong */
    public static Rota parse(String text) {
        return text.stripLeading().startsWith("BEGIN:VCALENDAR") ? calendar(text) : lines(text);
    }

    private static Rota lines(String text) {
        List<Shift> shifts = new ArrayList<>();
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            String written = line.strip();
            if (written.isEmpty() || written.startsWith("#")) {
                continue;
            }
            String[] parts = written.split("\\s+", 3);
            try {
                if (parts.length < 3) {
                    throw new DateTimeException("too short");
                }
                add(shifts, new Shift(day(parts[0]), day(parts[1]), Optional.empty(), parts[2]));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "line " + number + ": expected two days and a name, such as 2026-11-23 2026-11-30 ana", e);
            }
        }
        return new Rota(shifts);
    }

    private static LocalDateTime day(String text) {
        return LocalDate.parse(text).atStartOfDay();
    }

    private static void add(List<Shift> shifts, Shift shift) {
        if (!shift.from().isBefore(shift.until())) {
            throw new DateTimeException("ends before it begins");
        }
        if (shifts.size() >= MOST_SHIFTS) {
            throw new IllegalArgumentException("more than " + MOST_SHIFTS + " shifts");
        }
        shifts.add(shift);
    }

    private static Rota calendar(String text) {
        List<Shift> shifts = new ArrayList<>();
        String start = null;
        String end = null;
        String summary = "";
        // RFC 5545 3.1: a line that begins with a blank goes on with the one before.
        for (String line : (Iterable<String>) text.replaceAll("\r?\n[ \t]", "").lines()::iterator) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon).toUpperCase(Locale.ROOT);
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (line.equals("BEGIN:VEVENT")) {
                start = null;
                end = null;
                summary = "";
            } else if (name.startsWith("DTSTART")) {
                start = name + ":" + value;
            } else if (name.startsWith("DTEND")) {
                end = name + ":" + value;
            } else if (name.startsWith("SUMMARY")) {
                summary = value;
            } else if (name.startsWith("RRULE") || name.startsWith("RDATE")) {
                throw new IllegalArgumentException("'" + summary + "' repeats; expected each shift as an event");
            } else if (line.equals("END:VEVENT")) {
                add(shifts, start, end, summary);
            }
        }
        return new Rota(shifts);
    }

    private static void add(List<Shift> shifts, String start, String end, String summary) {
        if (start == null || end == null || summary.isEmpty()) {
            throw new IllegalArgumentException(
                    "the event '" + summary + "' lacks a beginning, an end or a summary that names a contact");
        }
        try {
            Optional<ZoneId> zone = zone(start);
            add(shifts, new Shift(moment(start), moment(end), zone, summary));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the event '" + summary + "' has no times that make sense", e);
        }
    }

    private static LocalDateTime moment(String property) {
        String value = property.substring(property.indexOf(':') + 1).replace("Z", "");
        return value.length() == 8
                ? LocalDate.parse(value, DateTimeFormatter.BASIC_ISO_DATE).atStartOfDay()
                : LocalDateTime.parse(value, BASIC);
    }

    private static Optional<ZoneId> zone(String property) {
        if (property.endsWith("Z")) {
            return Optional.of(ZoneOffset.UTC);
        }
        int named = property.indexOf("TZID=");
        if (named < 0) {
            return Optional.empty();
        }
        String id = property.substring(named + 5, property.indexOf(':')).split(";")[0];
        return ZoneId.getAvailableZoneIds().stream()
                .filter(known -> known.equalsIgnoreCase(id))
                .findFirst()
                .map(ZoneId::of);
    }
}
