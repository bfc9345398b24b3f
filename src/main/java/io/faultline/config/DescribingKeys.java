package io.faultline.config;

import com.google.re2j.Pattern;
import io.faultline.config.KeySpec.Kind;
import io.faultline.net.HostPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers every question with a harmless value and remembers what was asked: the description of a format. */
public final class DescribingKeys implements Keys {
    private final Map<String, KeySpec> specs = new LinkedHashMap<>();
    private final Map<String, DescribingKeys> nested = new LinkedHashMap<>();

    /** The keys asked for so far, in order. */
    public List<KeySpec> specs() {
        List<KeySpec> all = new ArrayList<>();
        for (KeySpec spec : specs.values()) {
            DescribingKeys inner = nested.get(spec.name());
            all.add(inner == null ? spec : spec.withNested(inner.specs()));
        }
        return List.copyOf(all);
    }

    private void note(String name, Kind kind, boolean required, String otherwise, List<String> allowed, String doc) {
        note(name, kind, required, otherwise, allowed, Optional.empty(), doc);
    }

    private void note(
            String name,
            Kind kind,
            boolean required,
            String otherwise,
            List<String> allowed,
            Optional<KeySpec.Limits> limits,
            String doc) {
        specs.putIfAbsent(
                name,
                new KeySpec(name, kind, required, Optional.ofNullable(otherwise), allowed, limits, doc, List.of()));
    }

    private void number(String name, Kind kind, String otherwise, int min, int max, String doc) {
        note(name, kind, false, otherwise, List.of(), Optional.of(new KeySpec.Limits(min, max)), doc);
    }

    private void optional(String name, Kind kind, String otherwise, String doc) {
        note(name, kind, false, otherwise, List.of(), doc);
    }

    @Override
    public String text(String name, String doc) {
        note(name, Kind.TEXT, true, null, List.of(), doc);
        return "text";
    }

    @Override
    public String text(String name, String otherwise, String doc) {
        optional(name, Kind.TEXT, otherwise, doc);
        return otherwise;
    }

    @Override
    public Optional<String> optionalText(String name, String doc) {
        optional(name, Kind.TEXT, null, doc);
        return Optional.empty();
    }

    @Override
    public List<String> texts(String name, String doc) {
        optional(name, Kind.TEXTS, null, doc);
        return List.of();
    }

    @Override
    public List<String> arguments(String name, String doc) {
        return texts(name, doc);
    }

    @Override
    public Map<String, String> textMap(String name, String doc) {
        optional(name, Kind.TEXT_MAP, null, doc);
        return Map.of();
    }

    @Override
    public boolean flag(String name, boolean otherwise, String doc) {
        optional(name, Kind.FLAG, Boolean.toString(otherwise), doc);
        return otherwise;
    }

    @Override
    public int integer(String name, int otherwise, int min, int max, String doc) {
        number(name, Kind.INTEGER, Integer.toString(otherwise), min, max, doc);
        return otherwise;
    }

    @Override
    public Optional<Integer> optionalInteger(String name, int min, int max, String doc) {
        number(name, Kind.INTEGER, null, min, max, doc);
        return Optional.empty();
    }

    @Override
    public List<Integer> integers(String name, int min, int max, String doc) {
        number(name, Kind.INTEGERS, null, min, max, doc);
        return List.of();
    }

    @Override
    public Duration duration(String name, Duration otherwise, String doc) {
        optional(name, Kind.DURATION, Durations.write(otherwise), doc);
        return otherwise;
    }

    @Override
    public Optional<Duration> optionalDuration(String name, String doc) {
        optional(name, Kind.DURATION, null, doc);
        return Optional.empty();
    }

    @Override
    public long bytes(String name, long otherwise, String doc) {
        optional(name, Kind.BYTES, Bytes.write(otherwise), doc);
        return otherwise;
    }

    @Override
    public Optional<Double> optionalShare(String name, String doc) {
        optional(name, Kind.SHARE, null, doc);
        return Optional.empty();
    }

    @Override
    public HostPort hostPort(String name, int defaultPort, String doc) {
        optional(name, Kind.HOST_PORT, null, doc + " The machine's address if the check belongs to a machine.");
        return new HostPort("host.example.org", defaultPort > 0 ? defaultPort : 1);
    }

    @Override
    public HostPort server(String name, int defaultPort, String doc) {
        note(name, Kind.HOST_PORT, true, null, List.of(), doc);
        return new HostPort("host.example.org", defaultPort > 0 ? defaultPort : 1);
    }

    @Override
    public Optional<HostPort> optionalHostPort(String name, int defaultPort, String doc) {
        optional(name, Kind.HOST_PORT, null, doc);
        return Optional.empty();
    }

    @Override
    public URI uri(String name, List<String> schemes, String doc) {
        note(name, Kind.URI, true, null, schemes, doc);
        return URI.create(schemes.get(0) + "://host.example.org/");
    }

    @Override
    public Optional<URI> optionalUri(String name, List<String> schemes, String doc) {
        note(name, Kind.URI, false, null, schemes, doc);
        return Optional.empty();
    }

    @Override
    public Written name(String name, String doc) {
        note(name, Kind.NAME, true, null, List.of(), doc);
        return new Written("name", place());
    }

    @Override
    public Optional<Written> optionalName(String name, String doc) {
        optional(name, Kind.NAME, null, doc);
        return Optional.empty();
    }

    @Override
    public List<Written> names(String name, String doc) {
        optional(name, Kind.NAMES, null, doc);
        return List.of();
    }

    @Override
    public String mail(String name, String doc) {
        note(name, Kind.MAIL, true, null, List.of(), doc);
        return "somebody@example.org";
    }

    @Override
    public Optional<String> optionalMail(String name, String doc) {
        optional(name, Kind.MAIL, null, doc);
        return Optional.empty();
    }

    @Override
    public List<String> mails(String name, String doc) {
        note(name, Kind.MAILS, true, null, List.of(), doc);
        return List.of("somebody@example.org");
    }

    @Override
    public Optional<String> word(String name, List<String> allowed, String doc) {
        note(name, Kind.ONE_OF, true, null, allowed, doc);
        return allowed.stream().findFirst();
    }

    @Override
    public <E extends Enum<E>> Map<String, E> oneOfEach(
            String name, List<String> parts, E otherwise, E unnamed, String doc) {
        List<String> allowed = Constants.all(otherwise.getDeclaringClass());
        note(name, Kind.ONE_OF_EACH, false, Constants.written(otherwise), allowed, doc);
        Map<String, E> each = new LinkedHashMap<>();
        parts.forEach(part -> {
            inner(name).note(part, Kind.ONE_OF, false, Constants.written(unnamed), allowed, "");
            each.put(part, otherwise);
        });
        return each;
    }

    @Override
    public <E extends Enum<E>> E oneOf(String name, E otherwise, String doc) {
        note(name, Kind.ONE_OF, false, Constants.written(otherwise), Constants.all(otherwise.getDeclaringClass()), doc);
        return otherwise;
    }

    @Override
    public <E extends Enum<E>> List<E> someOf(String name, Class<E> type, String doc) {
        note(name, Kind.SOME_OF, false, null, Constants.all(type), doc);
        return List.of();
    }

    @Override
    public Optional<Pattern> optionalPattern(String name, String doc) {
        optional(name, Kind.PATTERN, null, doc);
        return Optional.empty();
    }

    @Override
    public Path file(String name, String doc) {
        note(name, Kind.FILE, true, null, List.of(), doc);
        return Path.of("file");
    }

    @Override
    public Optional<Path> optionalFile(String name, String doc) {
        optional(name, Kind.FILE, null, doc);
        return Optional.empty();
    }

    @Override
    public Optional<SecretName> optionalSecret(String name, String doc) {
        optional(name, Kind.SECRET, null, doc);
        return Optional.empty();
    }

    @Override
    public Optional<Keys> mapping(String name, String doc) {
        optional(name, Kind.MAPPING, null, doc);
        return Optional.of(inner(name));
    }

    @Override
    public List<Keys> mappings(String name, String doc) {
        optional(name, Kind.MAPPINGS, null, doc);
        return List.of(inner(name));
    }

    @Override
    public Map<String, Keys> namedMappings(String name, String doc) {
        optional(name, Kind.NAMED_MAPPINGS, null, doc);
        return Map.of("name", inner(name));
    }

    @Override
    public Map<String, SecretName> namedSecrets(String name, String doc) {
        namedMappings(name, doc);
        String unused = inner(name).text("secret", "The secret's name.");
        return Map.of();
    }

    private DescribingKeys inner(String name) {
        return nested.computeIfAbsent(name, n -> new DescribingKeys());
    }

    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public void problem(String name, String message) {
        // A description has no values that could be wrong.
    }

    @Override
    public void problem(Place place, String message) {
        // As above.
    }

    @Override
    public Place place(String name) {
        return place();
    }

    @Override
    public Place place() {
        return Place.of("description");
    }

    @Override
    public void refuseOthers() {
        // Nothing is written.
    }

    @Override
    public void leaveRest() {
        // Nothing is written, so nothing is left.
    }

    @Override
    public void machineAddress(String address) {
        // A description belongs to no machine.
    }

    @Override
    public boolean machineAddressTaken() {
        return false;
    }

    @Override
    public String written() {
        return "";
    }

    /** How constants are written in files: lower case, with dashes. */
    static final class Constants {
        private Constants() {}

        static String written(Enum<?> constant) {
            return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        static <E extends Enum<E>> List<String> all(Class<E> type) {
            return Arrays.stream(type.getEnumConstants())
                    .map(Constants::written)
                    .toList();
        }
    }
}
