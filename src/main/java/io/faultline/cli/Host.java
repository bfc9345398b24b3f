package io.faultline.cli;

import io.faultline.config.SecretName;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The world outside, as the command line finds it: the only place where the clock, the environment and the terminal
 * are read. Tests make their own.
 *
 * @param terminal whether a person sees the output as it is written
 */
public record Host(
        InstantSource clock,
        ZoneId zone,
        Map<String, String> environment,
        Path directory,
        Path userHome,
        PrintStream out,
        PrintStream err,
        boolean terminal) {

    /** The process' own. */
    public static Host real(PrintStream out, PrintStream err) {
        return new Host(
                InstantSource.system(),
                ZoneId.systemDefault(),
                System.getenv(),
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("user.home", "/")),
                out,
                err,
                Boolean.getBoolean("faultline.terminal"));
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Who is at the keyboard, also behind sudo. */
    public String user() {
        return variable("SUDO_USER")
                .or(() -> variable("USER"))
                .or(() -> variable("LOGNAME"))
                .orElse("somebody");
    }

    /** Where the catalogue is when nobody says: {@code $FAULTLINE_CATALOG}, {@code ./catalog}, {@code /etc/faultline}. */
    public List<Path> catalogPlaces() {
        return variable("FAULTLINE_CATALOG")
                .map(value -> List.of(directory.resolve(value)))
                .orElse(List.of(directory.resolve("catalog"), Path.of("/etc/faultline/catalog")));
    }

    /** Where state is kept when nobody says: systemd's state folder, or the user's (XDG base directories). */
    public Path statePlace() {
        Path folder = variable("STATE_DIRECTORY")
                .map(Path::of)
                .orElseGet(() -> variable("XDG_STATE_HOME")
                        .map(Path::of)
                        .orElse(userHome.resolve(".local/state"))
                        .resolve("faultline"));
        return folder.resolve("state.db");
    }

    /** The variable that a secret may stand in: {@code FAULTLINE_SECRET_SMTP_PASSWORD} for {@code smtp-password}. */
    public static String secretVariable(SecretName secret) {
        return "FAULTLINE_SECRET_" + secret.name().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
