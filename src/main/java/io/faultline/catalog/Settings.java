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
        public static final Defaults SHIPPED = new Defaults(
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                new AlertRules(3, FlappingRule.FAULTLINE, AlertWhen.SHIPPED),
                Duration.ofSeconds(10),
                16L << 20);
    }

    /**
     * How mail leaves.
     *
     * @param from the sender's address
     * @param listId the List-Id (RFC 2919) that recipients filter by
     * @param caFile trust only these certificates, instead of the system's
     */
    public record Mail(
            HostPort server,
            Security security,
            Optional<String> login,
            Optional<SecretName> password,
            String from,
            String listId,
            Optional<Path> caFile,
            Duration timeout) {}

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
