package io.faultline.alert;

import io.faultline.catalog.AlertPolicy.Heartbeat;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.MailKind;
import io.faultline.config.Durations;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.history.QueuedMail;
import io.faultline.net.Dialer;
import io.faultline.net.Http;
import io.faultline.net.Lifetime;
import io.faultline.net.Resolver;
import io.faultline.net.Route;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Signs of life for something outside: a file, an HTTP request, a mail. They stop when results stop being stored or
 * mails cannot be sent, so that silence means trouble. Keeps nothing between beats.
 */
public final class Heart {
    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(5);
    private static final Duration PING = Duration.ofSeconds(20);
    private static final long MOST_BYTES = 64 << 10;

    private final Heartbeat settings;
    private final Catalog catalog;
    private final History history;
    private final Optional<Sender> sender;
    private final Resolver resolver;
    private final ZoneId zone;

    public Heart(
            Heartbeat settings,
            Catalog catalog,
            History history,
            Optional<Sender> sender,
            Resolver resolver,
            ZoneId zone) {
        this.settings = settings;
        this.catalog = catalog;
        this.history = history;
        this.sender = sender;
        this.resolver = resolver;
        this.zone = zone;
    }

    /**
     * Beats, unless something is wrong.
     *
     * @return what is wrong with Faultline itself, or with the signs; empty if nothing is
     */
    public List<String> beat(Instant now) {
        Optional<String> trouble = stale(now).or(() -> unsent(now));
        if (trouble.isPresent()) {
            return List.of("no sign of life is given: " + trouble.get());
        }
        List<String> failed = new ArrayList<>();
        settings.file().ifPresent(file -> attempt("the file " + file, failed, () -> write(file, now)));
        settings.ping().ifPresent(address -> attempt(address.getHost(), failed, () -> ping(address)));
        settings.mail().ifPresent(to -> sender.ifPresent(from -> queue(from, to, now)));
        return failed;
    }

    private interface Sign {
        void give() throws IOException;
    }

    private static void attempt(String what, List<String> failed, Sign sign) {
        try {
            sign.give();
        } catch (IOException e) {
            failed.add("the sign of life to " + what + " failed: " + e.getMessage());
        }
    }

    /** Why it does not look as if checks ran. */
    private Optional<String> stale(Instant now) {
        Duration shortest = catalog.checks()
                .map(CheckDefinition::every)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        Duration patience = Duration.ofSeconds(
                Math.max(LEAST_PATIENCE.toSeconds(), shortest.multipliedBy(3).toSeconds()));
        Optional<Instant> newest =
                history.states().values().stream().map(CheckState::at).max(Comparator.naturalOrder());
        if (newest.isEmpty()) {
            return Optional.of("no check has a result yet");
        }
        Duration age = Duration.between(newest.get(), now);
        return age.compareTo(patience) <= 0
                ? Optional.empty()
                : Optional.of("the newest result is " + Durations.roughly(age) + " old");
    }

    /** A mail that waits for long, and no later one has left: then it is not about that one. */
    private Optional<String> unsent(Instant now) {
        Instant lastSent = history.lastSent().orElse(Instant.MIN);
        return history.queuedMails().stream()
                .filter(mail -> Postman.cannotLeave(mail, now) && Postman.isLate(mail, now))
                .filter(mail -> lastSent.isBefore(mail.queued()))
                .findFirst()
                .map(mail -> "a mail waits since " + mail.queued() + ": "
                        + mail.lastError().orElse(""));
    }

    private static void write(Path file, Instant now) throws IOException {
        Path whole = file.toAbsolutePath();
        // Whoever watches may be another user.
        Path part = Files.createTempFile(
                whole.getParent(),
                ".",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        try {
            Files.writeString(part, now + "\n", StandardCharsets.UTF_8);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void ping(URI address) throws IOException {
        try (Lifetime lifetime = Lifetime.of(PING);
                Http http = Http.connect(
                        new Dialer(lifetime, Route.DIRECT, resolver, MOST_BYTES), address, Optional.empty())) {
            int status = http.send("GET", List.of()).status();
            if (status < 200 || status > 299) {
                throw new IOException("it answered " + status + ", expected 200 to 299");
            }
        }
    }

    /** One in each stretch of that length: the outbox takes a second with the same name for the same. */
    private void queue(Sender from, String to, Instant now) {
        long stretch = now.getEpochSecond() / Math.max(1, settings.mailEvery().toSeconds());
        Written written = Written.of(MailKind.HEARTBEAT, catalog.settings().alerts(), value -> switch (value) {
            case "checks" -> history.states().size() + " checks";
            case "incidents" -> history.openIncidents().size() + " open incidents";
            default -> zone.getId();
        });
        QueuedMail mail = PlainMail.compose(
                from, "heartbeat " + stretch, List.of(to), written.subject(), written.text(), now.atZone(zone));
        history.commit(new Changes(List.of(), List.of(), List.of(), List.of(mail), List.of()));
    }
}
