package io.faultline.catalog;

import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The controller's own settings ({@code controller.yaml}); nothing in here changes when a check is added.
 *
 * @param state the SQLite file
 * @param overview the folder that the pages are written to after a run, if any
 * @param junit the folder for JUnit XML, if any
 * @param secrets the folder with one file a secret, named as the secret; the environment is asked otherwise
 * @param team who is told when a service names nobody
 * @param atOnce how many checks run at the same time
 * @param perMachine how many of them against the same machine
 * @param keepResults how long single results are kept; states, incidents and events stay
 */
public record Settings(
        Path state,
        Optional<Path> overview,
        Optional<Path> junit,
        Optional<Path> secrets,
        Optional<String> team,
        Optional<Mail> mail,
        int atOnce,
        int perMachine,
        Duration keepResults,
        Defaults defaults,
        AlertPolicy alerts) {

    /** Settings that say nothing about alerts. */
    public Settings(
            Path state,
            Optional<Path> overview,
            Optional<Path> junit,
            Optional<Path> secrets,
            Optional<String> team,
            Optional<Mail> mail,
            int atOnce,
            int perMachine,
            Duration keepResults,
            Defaults defaults) {
        this(
                state,
                overview,
                junit,
                secrets,
                team,
                mail,
                atOnce,
                perMachine,
                keepResults,
                defaults,
                AlertPolicy.SHIPPED);
    }

    /** What holds for checks that do not say otherwise. */
    public record Defaults(Duration every, Duration retryEvery, AlertRules rules, Duration timeout, long mostBytes) {
        /**
         * Certain after four tries within 111 seconds: with a check every minute that is as patient with short failures
         * as an outage of three minutes allows. See docs/alerts.md for what it was measured to be worth.
         */
        public static final Defaults SHIPPED = new Defaults(
                Duration.ofMinutes(5),
                Duration.ofSeconds(37),
                new AlertRules(4, FlappingRule.FAULTLINE, AlertWhen.SHIPPED),
                Duration.ofSeconds(10),
                16L << 20);
    }

    /**
     * How mail leaves.
     *
     * @param from the sender's address
     * @param listId the List-Id (RFC 2919) that recipients filter by
     * @param caFile trust only these certificates, instead of the system's
     * @param second the server that is tried when this one cannot be used or does not take a mail; from the same sender
     * @param fallbackTo who is told of a mail that its recipients' server does not take
     * @param signing what mails are signed with, if they are
     */
    public record Mail(
            HostPort server,
            Security security,
            Optional<String> login,
            Optional<SecretName> password,
            String from,
            String listId,
            Optional<Path> caFile,
            Duration timeout,
            Optional<Mail> second,
            Optional<String> fallbackTo,
            Optional<Signing> signing) {
        /** One server, nobody else to tell, no signatures. */
        public Mail(
                HostPort server,
                Security security,
                Optional<String> login,
                Optional<SecretName> password,
                String from,
                String listId,
                Optional<Path> caFile,
                Duration timeout) {
            this(
                    server,
                    security,
                    login,
                    password,
                    from,
                    listId,
                    caFile,
                    timeout,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** The same server with another sender. */
        Mail of(String sender, String list) {
            return new Mail(
                    server, security, login, password, sender, list, caFile, timeout, second, fallbackTo, signing);
        }

        /** Not alone. */
        Mail with(Optional<Mail> other, Optional<String> tellThem, Optional<Signing> key) {
            return new Mail(server, security, login, password, from, listId, caFile, timeout, other, tellThem, key);
        }
    }

    /**
     * An OpenPGP secret key.
     *
     * @param key the key, ASCII-armoured
     * @param passphrase what it is locked with, if it is
     */
    public record Signing(SecretName key, Optional<SecretName> passphrase) {}

    /** Whether a connection is encrypted, and from when on. */
    public enum Security {
        /** Upgrade by STARTTLS, and refuse to go on without. */
        STARTTLS,
        /** TLS from the first byte. */
        TLS,
        /** No encryption; for a mail server on this very machine. */
        NONE
    }
}
