package io.faultline.catalog;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;

/**
 * What holds for alerts as a whole, whatever the check.
 *
 * @param claimWithin how long people may take to claim a problem before the others are told, by its importance
 * @param most how many mails there may be
 * @param templates how mails read, if not as shipped
 */
public record AlertPolicy(
        Map<Importance, Duration> claimWithin,
        Budgets most,
        Optional<QuietHours> quietHours,
        Optional<Heartbeat> heartbeat,
        Optional<MailTemplates> templates) {
    public static final AlertPolicy SHIPPED = new AlertPolicy(
            Map.of(
                    Importance.CRITICAL, Duration.ofHours(4),
                    Importance.HIGH, Duration.ofHours(24),
                    Importance.MEDIUM, Duration.ofHours(48),
                    Importance.LOW, Duration.ofHours(48)),
            Budgets.SHIPPED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public AlertPolicy {
        claimWithin = Map.copyOf(claimWithin);
    }

    public MailTemplate template(MailKind kind) {
        return templates.orElseGet(MailTemplates::shipped).of(kind);
    }

    /** Without a heartbeat, and with mails as shipped. */
    public AlertPolicy(Map<Importance, Duration> claimWithin, Budgets most, Optional<QuietHours> quietHours) {
        this(claimWithin, most, quietHours, Optional.empty(), Optional.empty());
    }

    /** Mails within 24 hours: about one check, about one service or machine, to one team, and in all. */
    public record Budgets(int check, int subject, int team, int all) {
        /** As many about one check as about all of a service or machine. */
        public Budgets(int subject, int team, int all) {
            this(subject, subject, team, all);
        }

        public static final Budgets SHIPPED = new Budgets(20, 60, 200);
    }

    /**
     * A time of the day, in the zone of the mails, in which what is less important waits.
     *
     * @param until may be earlier than {@code from}: the next morning
     * @param below what is less important than this waits
     */
    public record QuietHours(LocalTime from, LocalTime until, Importance below) {
        public boolean hold(LocalTime now) {
            return from.isBefore(until)
                    ? !now.isBefore(from) && now.isBefore(until)
                    : !now.isBefore(from) || now.isBefore(until);
        }
    }

    /**
     * Signs of life, so that something outside notices silence. They stop when checks or mails do.
     *
     * @param every how often the file is written and the address asked
     * @param file written anew with the time in it
     * @param ping asked with GET
     * @param mail who gets a mail
     * @param mailEvery how often
     */
    public record Heartbeat(
            Duration every, Optional<Path> file, Optional<URI> ping, Optional<String> mail, Duration mailEvery) {}
}
