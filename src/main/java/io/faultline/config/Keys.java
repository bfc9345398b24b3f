package io.faultline.config;

import com.google.re2j.Pattern;
import io.faultline.net.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Typed reading of one mapping in a configuration file. Each call names a key, says what may stand there and documents
 * it, so the same code reads a file ({@link YamlKeys}) and describes the format ({@link DescribingKeys}) for the JSON
 * Schema and the documentation.
 *
 * <p>Reading never stops at a mistake: it is noted as a {@link Problem} at its line and column, a harmless value is
 * returned in its place, and whoever started the reading asks afterwards whether there were problems. So all mistakes
 * of a file are told at once. Ask for every key in every case, also when another key makes it useless: keys that were
 * never asked for are refused as unknown.
 *
 * <p>Not thread-safe.
 */
public interface Keys {
    /** A required text, not empty. */
    String text(String name, String doc);

    String text(String name, String otherwise, String doc);

    Optional<String> optionalText(String name, String doc);

    /** Texts; one text may stand without brackets. Empty if the key is missing. */
    List<String> texts(String name, String doc);

    /** Text by text, such as header names with their values. Empty if the key is missing. */
    Map<String, String> textMap(String name, String doc);

    boolean flag(String name, boolean otherwise, String doc);

    int integer(String name, int otherwise, int min, int max, String doc);

    Optional<Integer> optionalInteger(String name, int min, int max, String doc);

    /** Whole numbers; one number may stand without brackets. Empty if the key is missing. */
    List<Integer> integers(String name, int min, int max, String doc);

    /** A length of time in the form of {@link Durations}, more than zero. */
    Duration duration(String name, Duration otherwise, String doc);

    Optional<Duration> optionalDuration(String name, String doc);

    /** A number of bytes: {@code 512}, {@code 64KiB}, {@code 10MiB}, {@code 2GiB}. */
    long bytes(String name, long otherwise, String doc);

    /** A share: {@code 5%} is 0.05. */
    Optional<Double> optionalShare(String name, String doc);

    /**
     * A host with an optional port. If the key is missing, the address of the machine that the check belongs to is
     * taken; without such a machine the key is required.
     */
    HostPort hostPort(String name, int defaultPort, String doc);

    Optional<HostPort> optionalHostPort(String name, int defaultPort, String doc);

    /** A required absolute URI with a host, in one of the schemes. */
    URI uri(String name, List<String> schemes, String doc);

    Optional<URI> optionalUri(String name, List<String> schemes, String doc);

    /** One of the constants, written in lower case with dashes. */
    <E extends Enum<E>> E oneOf(String name, E otherwise, String doc);

    /** Some of the constants; one may stand without brackets. Empty if the key is missing. */
    <E extends Enum<E>> List<E> someOf(String name, Class<E> type, String doc);

    /** A regular expression in RE2 syntax, matched in linear time. */
    Optional<Pattern> optionalPattern(String name, String doc);

    /** A file; a relative path starts at the folder of the file that names it. */
    Path file(String name, String doc);

    Optional<Path> optionalFile(String name, String doc);

    /** A secret, written as {@code {secret: its-name}}. A value written in its place is refused and never shown. */
    Optional<SecretName> optionalSecret(String name, String doc);

    /** A nested mapping. */
    Optional<Keys> mapping(String name, String doc);

    /** A list of mappings. Empty if the key is missing. */
    List<Keys> mappings(String name, String doc);

    /** Mappings by name, in the order of the file. Empty if the key is missing. */
    Map<String, Keys> namedMappings(String name, String doc);

    /** Whether the key is written at all. Does not count as asking for it. */
    boolean has(String name);

    /** Notes that a value is not usable for a reason that its type alone does not tell. */
    void problem(String name, String message);

    /** Where the key's value stands; the mapping's own place if the key is missing. */
    Place place(String name);
}
