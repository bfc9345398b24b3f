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

    /** Texts, each of which may be empty if it is quoted, such as a program's arguments. Empty if the key is missing. */
    List<String> arguments(String name, String doc);

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

    /** A required host with an optional port, written here and never taken from a machine. */
    HostPort server(String name, int defaultPort, String doc);

    Optional<HostPort> optionalHostPort(String name, int defaultPort, String doc);

    /** A required absolute URI with a host, in one of the schemes. */
    URI uri(String name, List<String> schemes, String doc);

    Optional<URI> optionalUri(String name, List<String> schemes, String doc);

    /** A required name in the form of {@link Names#FORM}, for what is defined here; empty if it is missing or wrong. */
    Written name(String name, String doc);

    /** A name in the form of {@link Names#FORM}, with its place, so that it can be looked up later. */
    Optional<Written> optionalName(String name, String doc);

    /** Names; one may stand without brackets. Empty if the key is missing. */
    List<Written> names(String name, String doc);

    /** A required mail address, bare: {@code somebody@example.org}. */
    String mail(String name, String doc);

    Optional<String> optionalMail(String name, String doc);

    /** Required mail addresses, at least one; one may stand without brackets. */
    List<String> mails(String name, String doc);

    /** A required word, one of those allowed; nothing if it is missing or another one. */
    Optional<String> word(String name, List<String> allowed, String doc);

    /**
     * One of the constants for all parts at once ({@code key: high}), or for some of them ({@code key: {part: high}}).
     *
     * @param otherwise holds for all parts if the key is missing
     * @param unnamed holds for the parts that a mapping does not name
     */
    <E extends Enum<E>> Map<String, E> oneOfEach(String name, List<String> parts, E otherwise, E unnamed, String doc);

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

    /** Secrets by name, each as in {@link #optionalSecret}. Empty if the key is missing. */
    Map<String, SecretName> namedSecrets(String name, String doc);

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

    /** Notes that what stands at a place, such as an element of a list, is not usable. */
    void problem(Place place, String message);

    /** Where the key's value stands; the mapping's own place if the key is missing. */
    Place place(String name);

    /** Where this mapping starts; if it has a name, where the name stands. */
    Place place();

    /**
     * To be called when everything was asked for: now what is missing is told, and whatever else is written here is
     * refused. Twice is as good as once.
     */
    void refuseOthers();

    /** Keys that are never asked for are not refused after this: a mistake already told leaves their meaning unknown. */
    void leaveRest();

    /** The address that {@link #hostPort} takes from now on where no host is written. */
    void machineAddress(String address);

    /** Whether {@link #hostPort} took that address. */
    boolean machineAddressTaken();

    /** All that is written under these keys in one canonical form: order of keys, layout and comments do not matter. */
    String written();
}
