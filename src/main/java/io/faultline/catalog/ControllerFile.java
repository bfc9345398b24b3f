package io.faultline.catalog;

import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.AlertPolicy.Heartbeat;
import io.faultline.catalog.AlertPolicy.QuietHours;
import io.faultline.catalog.Settings.Defaults;
import io.faultline.catalog.Settings.Mail;
import io.faultline.catalog.Settings.Security;
import io.faultline.catalog.Settings.Signing;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.config.Written;
import io.faultline.net.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code controller.yaml}: the controller's own settings. What cannot be read falls back to what holds without it; the
 * rest of the file still holds, because without mail nobody would hear of the mistake.
 */
final class ControllerFile {
    private static final int AT_ONCE = 64;
    private static final int PER_MACHINE = 8;
    private static final Duration KEEP_RESULTS = Duration.ofDays(90);

    private ControllerFile() {}

    /** @param team where the default team is named */
    record Read(Settings settings, Optional<Written> team) {
        /** The settings with the default team, or without it if there is no such team. */
        Settings with(Optional<String> knownTeam) {
            return new Settings(
                    settings.state(),
                    settings.overview(),
                    settings.junit(),
                    settings.secrets(),
                    knownTeam,
                    settings.mail(),
                    settings.atOnce(),
                    settings.perMachine(),
                    settings.keepResults(),
                    settings.defaults(),
                    settings.alerts());
        }
    }

    static Read without(Path defaultState) {
        return new Read(
                new Settings(
                        defaultState,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        AT_ONCE,
                        PER_MACHINE,
                        KEEP_RESULTS,
                        Defaults.SHIPPED),
                Optional.empty());
    }

    static Read read(Keys keys, Path defaultState) {
        Path state = keys.optionalFile(
                        "state",
                        "The file that results, problems and unsent mails are kept in. The state folder of the user or"
                                + " of the systemd service if nothing is written.")
                .orElse(defaultState);
        Optional<Path> overview =
                keys.optionalFile("overview", "The folder that the pages are written to after a run.");
        Optional<Path> junit = keys.optionalFile("junit", "The folder that JUnit XML is written to after a run.");
        Optional<Path> secrets = keys.optionalFile(
                "secrets",
                "The folder with one file a secret, named as the secret. The environment is asked otherwise.");
        Optional<Written> team =
                keys.optionalName("team", "The team that is told when a service or machine names none.");
        int atOnce = keys.integer("at-once", AT_ONCE, 1, 10_000, "How many checks run at the same time.");
        int perMachine = keys.integer(
                "per-machine",
                PER_MACHINE,
                1,
                1000,
                "How many of them against the same machine, unless it says otherwise.");
        Duration keep = keys.duration(
                "keep-results",
                KEEP_RESULTS,
                "How long single results and sent mails are kept; states, incidents and events stay.");
        Optional<Mail> mail = keys.mapping("mail", "How mail leaves. Without it nobody is told.")
                .flatMap(ControllerFile::mail);
        Defaults defaults = keys.mapping("defaults", "What holds for all checks that do not say otherwise.")
                .map(inner -> CheckKeys.defaults(inner, Defaults.SHIPPED))
                .orElse(Defaults.SHIPPED);
        AlertPolicy alerts = keys.mapping("alerts", "What holds for alerts as a whole.")
                .map(ControllerFile::alerts)
                .orElse(AlertPolicy.SHIPPED);
        return new Read(
                new Settings(
                        state,
                        overview,
                        junit,
                        secrets,
                        team.map(Written::text),
                        mail,
                        atOnce,
                        perMachine,
                        keep,
                        defaults,
                        alerts),
                team);
    }

    private static AlertPolicy alerts(Keys keys) {
        AlertPolicy shipped = AlertPolicy.SHIPPED;
        Map<Importance, Duration> within = new EnumMap<>(shipped.claimWithin());
        keys.mapping(
                        "claim-within",
                        "How long people may take to claim a problem, by its importance, before everybody in the team is"
                                + " told that nobody works on it.")
                .ifPresent(inner -> {
                    for (Importance importance : Importance.values()) {
                        within.put(
                                importance,
                                inner.duration(
                                        importance.word(),
                                        shipped.claimWithin().get(importance),
                                        "For problems of " + importance.word() + " importance."));
                    }
                });
        Budgets most = keys.mapping(
                        "most-mails",
                        "How many mails there may be within 24 hours. What goes beyond is counted, and told in one mail.")
                .map(inner -> new Budgets(
                        inner.integer("check", Budgets.SHIPPED.check(), 2, 10_000, "About one check."),
                        inner.integer("subject", Budgets.SHIPPED.subject(), 4, 10_000, "About one service or machine."),
                        inner.integer("team", Budgets.SHIPPED.team(), 4, 10_000, "To one team."),
                        inner.integer("all", Budgets.SHIPPED.all(), 4, 10_000, "In all.")))
                .orElse(Budgets.SHIPPED);
        Optional<QuietHours> quiet = keys.mapping(
                        "quiet-hours", "A time of the day in which what is less important waits until it is over.")
                .map(inner -> new QuietHours(
                        time(inner, "from", "When it begins, such as 22:00."),
                        time(inner, "until", "When it ends, such as 08:00; the next morning if that is earlier."),
                        inner.oneOf("below", Importance.HIGH, "What is less important than this waits.")));
        Optional<Heartbeat> heartbeat = keys.mapping(
                        "heartbeat",
                        "Signs of life, so that something outside notices silence. They stop when checks or mails do.")
                .map(ControllerFile::heartbeat);
        Optional<MailTemplates> templates = keys.optionalFile(
                        "templates",
                        "A folder with templates for mails, one a kind; 'faultline catalog mail-templates DIR' writes the"
                                + " ones that hold otherwise.")
                .map(folder -> MailTemplates.in(folder, mistake -> keys.problem(mistake.place(), mistake.message())));
        return new AlertPolicy(within, most, quiet, heartbeat, templates);
    }

    private static LocalTime time(Keys keys, String name, String doc) {
        String text = keys.text(name, doc);
        try {
            return LocalTime.parse(text.length() == 4 ? "0" + text : text);
        } catch (DateTimeParseException e) {
            if (keys.has(name)) {
                keys.problem(name, "expected a time of the day in quotes, such as \"22:00\"");
            }
            return LocalTime.MIDNIGHT;
        }
    }

    private static Heartbeat heartbeat(Keys keys) {
        Duration every = keys.duration(
                "every", Duration.ofMinutes(1), "How often the file is written and the address is asked.");
        Optional<Path> file = keys.optionalFile("file", "A file that is written anew each time, with the time in it.");
        if (file.filter(CatalogStamp::counts).isPresent()) {
            keys.problem("file", "expected a name that does not end like a file of the catalogue, such as 'alive'");
            file = Optional.empty();
        }
        Optional<URI> ping = keys.optionalUri(
                "ping", List.of("http", "https"), "An address that is asked with GET, such as a dead man's switch.");
        Optional<String> mail = keys.optionalMail("mail", "Who gets a mail that all is well with Faultline itself.");
        Duration mailEvery = keys.duration("mail-every", Duration.ofDays(1), "How often.");
        return new Heartbeat(every, file, ping, mail, mailEvery);
    }

    private static Optional<Mail> mail(Keys keys) {
        Optional<Mail> server = server(keys);
        String from = keys.mail("from", "The sender's address.");
        Optional<String> listId = keys.optionalText(
                "list-id",
                "The List-Id that recipients sort by, such as alerts.example.org. 'faultline' at the sender's domain if"
                        + " nothing is written.");
        if (listId.isPresent() && !isListId(listId.get())) {
            keys.problem("list-id", "expected a name in the form of a host name, such as alerts.example.org");
            listId = Optional.empty();
        }
        String list = listId.orElse("faultline." + from.substring(from.indexOf('@') + 1));
        Optional<Mail> second = keys.mapping(
                        "fallback", "Another mail server, for when this one cannot be used or does not take a mail.")
                .flatMap(ControllerFile::server)
                .map(other -> other.of(from, list));
        Optional<String> fallbackTo = keys.optionalMail(
                "fallback-to", "Who is told of a mail that is refused, or was not taken for half an hour.");
        Optional<Signing> signing =
                keys.mapping("signing", "Sign mails with OpenPGP.").flatMap(ControllerFile::signing);
        return keys.has("from")
                ? server.map(one -> one.of(from, list).with(second, fallbackTo, signing))
                : Optional.empty();
    }

    private static Optional<Signing> signing(Keys keys) {
        Optional<SecretName> key = keys.optionalSecret("key", "The secret key, ASCII-armoured; needed.");
        Optional<SecretName> passphrase = keys.optionalSecret("passphrase", "What the key is locked with.");
        if (!keys.has("key")) {
            keys.problem("key", "expected a key to sign with, such as 'key: {secret: openpgp-key}'");
        }
        return key.map(known -> new Signing(known, passphrase));
    }

    /** A server without a sender. */
    private static Optional<Mail> server(Keys keys) {
        Security security = keys.oneOf(
                "security",
                Security.STARTTLS,
                "Encryption: from STARTTLS on (and never without), TLS from the first byte, or none.");
        int port = switch (security) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
        };
        HostPort server = keys.server(
                "server",
                port,
                "The mail server. The port is 587 for starttls, 465 for tls and 25 for none if nothing is written.");
        Optional<String> login = keys.optionalText("login", "The user name at the mail server, if it wants one.");
        Optional<SecretName> password = keys.optionalSecret("password", "The password that goes with it.");
        Optional<Path> caFile =
                keys.optionalFile("ca-file", "Trust only the certificates in this PEM file, instead of the system's.");
        Duration timeout = keys.duration("timeout", Duration.ofSeconds(30), "The hard limit of sending one mail.");
        boolean good = keys.has("server");
        if (login.isPresent() != keys.has("password")) {
            keys.problem(
                    login.isPresent() ? "login" : "password",
                    login.isPresent() ? "expected a 'password' as well" : "expected a 'login' as well");
        } else if (login.isPresent() && security == Security.NONE && !isThisMachine(server.host())) {
            keys.problem("login", "the password would travel unencrypted; expected 'security: starttls' or 'tls'");
            good = false;
        }
        return good
                ? Optional.of(new Mail(server, security, login, password, "", "", caFile, timeout))
                : Optional.empty();
    }

    private static boolean isListId(String text) {
        return text.length() <= 255
                && text.indexOf('.') > 0
                && text.chars()
                        .allMatch(c -> c < 0x80 && Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }

    private static boolean isThisMachine(String host) {
        return Set.of("localhost", "::1").contains(host) || host.startsWith("127.");
    }
}
