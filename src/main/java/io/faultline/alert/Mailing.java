package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Settings;
import io.faultline.check.Secrets;
import io.faultline.history.History;
import io.faultline.net.Resolver;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Deciding about mails, sending them, and signs of life, put together for one catalogue: the same in every host.
 *
 * @param postman if mails can leave
 * @param heart if signs of life are wanted
 * @param trouble what is wrong with the settings already, in words for people
 */
public record Mailing(
        Alerts alerts, Envelope envelope, Optional<Postman> postman, Optional<Heart> heart, Optional<String> trouble) {
    /**
     * How mails leave.
     *
     * @param settings of the server, if there is one
     * @param sender who writes; without one nobody is told
     * @param transport what takes the mails; without one they wait
     * @param secrets where the settings' secrets are
     */
    public record Exit(
            Optional<Settings.Mail> settings,
            Optional<Sender> sender,
            Optional<MailTransport> transport,
            Secrets secrets,
            Resolver resolver) {
        /** By this server, and the second one if it names one. */
        public static Exit by(Optional<Settings.Mail> settings, Secrets secrets, Resolver resolver) {
            return new Exit(
                    settings,
                    settings.map(Sender::of),
                    settings.map(mail -> SmtpTransport.of(mail, secrets, resolver)),
                    secrets,
                    resolver);
        }

        /** Into something else than a server. */
        public Exit into(Optional<MailTransport> other, Sender otherwise) {
            return new Exit(settings, sender.or(() -> other.map(known -> otherwise)), other, secrets, resolver);
        }
    }

    /** @param next what mails say that people can do */
    public static Mailing of(
            Catalog catalog, History history, Exit exit, NextSteps next, ZoneId zone, InstantSource clock) {
        Optional<OpenPgpSigner> signer = exit.settings()
                .flatMap(Settings.Mail::signing)
                .map(signing -> new OpenPgpSigner(signing, exit.secrets()));
        MailStyle style = new MailStyle(next, new OpenPgpEnvelope(catalog.teams(), signer));
        Optional<Undelivered> undelivered = exit.settings()
                .flatMap(mail -> mail.fallbackTo()
                        .map(to -> new Undelivered(
                                Sender.of(mail), to, catalog.settings().alerts(), style.envelope(), zone)));
        return new Mailing(
                new Alerts(catalog, history, exit.sender(), style, zone, clock),
                style.envelope(),
                exit.transport().map(transport -> new Postman(history, transport, undelivered)),
                catalog.settings()
                        .alerts()
                        .heartbeat()
                        .map(heartbeat -> new Heart(heartbeat, catalog, history, exit.sender(), exit.resolver(), zone)),
                signer.flatMap(known -> known.trouble(clock.instant())));
    }
}
