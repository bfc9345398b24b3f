package io.faultline.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.faultline.net.HostPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads keys from one mapping of a YAML file; every mistake becomes a {@link Problem} with its line and column. */
public final class YamlKeys implements Keys {
    private static final Duration LONGEST = Duration.ofDays(3660);

    private final String file;
    private final Path folder;
    private final Place own;
    private final Consumer<Problem> problems;
    private final Map<String, NodeTuple> tuples = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<YamlKeys> inner = new ArrayList<>();
    private Optional<String> machineAddress = Optional.empty();

    YamlKeys(String file, Path folder, MappingNode mapping, Consumer<Problem> problems) {
        this.file = file;
        this.folder = folder;
        this.own = place(file, mapping);
        this.problems = problems;
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                add(tuple.getKeyNode(), "expected a plain text as key, found " + describe(tuple.getKeyNode()));
            } else {
                NodeTuple first = tuples.putIfAbsent(key.getValue(), tuple);
                if (first != null) {
                    add(
                            key,
                            "'" + key.getValue() + "' stands twice; the first one is at line "
                                    + place(file, first.getKeyNode()).line());
                }
            }
        }
    }

    /** The same keys, with an address to take where {@link #hostPort} finds no host written. */
    public YamlKeys withMachineAddress(Optional<String> address) {
        this.machineAddress = address;
        return this;
    }

    /** Where this mapping starts. */
    public Place place() {
        return own;
    }

    /** The keys as written, in order. */
    public Set<String> names() {
        return Set.copyOf(tuples.keySet());
    }

    /** To be called when everything was asked for: whatever else is written here is refused. */
    public void refuseOthers() {
        for (Map.Entry<String, NodeTuple> entry : tuples.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                add(
                        entry.getValue().getKeyNode(),
                        "unknown key '" + entry.getKey() + "'"
                                + Names.nearest(entry.getKey(), asked)
                                        .map(name -> "; did you mean '" + name + "'?")
                                        .orElse("; expected one of: " + String.join(", ", asked)));
            }
        }
        inner.forEach(YamlKeys::refuseOthers);
    }

    @Override
    public String text(String name, String doc) {
        return required(name, this::asText, "text", "text");
    }

    @Override
    public String text(String name, String otherwise, String doc) {
        return optional(name, this::asText).orElse(otherwise);
    }

    @Override
    public Optional<String> optionalText(String name, String doc) {
        return optional(name, this::asText);
    }

    @Override
    public List<String> texts(String name, String doc) {
        return list(name, this::asText);
    }

    @Override
    public Map<String, String> textMap(String name, String doc) {
        Map<String, String> map = new LinkedHashMap<>();
        mappingNode(name).ifPresent(node -> {
            for (NodeTuple tuple : node.getValue()) {
                Optional<String> key = asText(tuple.getKeyNode());
                Optional<String> value = asText(tuple.getValueNode());
                if (key.isPresent() && value.isPresent() && map.putIfAbsent(key.get(), value.get()) != null) {
                    add(tuple.getKeyNode(), "'" + key.get() + "' stands twice");
                }
            }
        });
        return Map.copyOf(map);
    }

    @Override
    public boolean flag(String name, boolean otherwise, String doc) {
        return optional(
                        name,
                        node -> scalar(node, "true or false").flatMap(scalar -> switch (scalar.getValue()) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            default -> refuse(node, "expected true or false, found " + describe(node));
                        }))
                .orElse(otherwise);
    }

    @Override
    public int integer(String name, int otherwise, int min, int max, String doc) {
        return optionalInteger(name, min, max, doc).orElse(otherwise);
    }

    @Override
    public Optional<Integer> optionalInteger(String name, int min, int max, String doc) {
        return optional(name, node -> asInteger(node, min, max));
    }

    @Override
    public List<Integer> integers(String name, int min, int max, String doc) {
        return list(name, node -> asInteger(node, min, max));
    }

    @Override
    public Duration duration(String name, Duration otherwise, String doc) {
        return optionalDuration(name, doc).orElse(otherwise);
    }

    @Override
    public Optional<Duration> optionalDuration(String name, String doc) {
        return optional(
                name,
                node -> parsed(node, "a length of time such as 30s", text -> {
                    Duration duration = Durations.parse(text);
                    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
                        throw new IllegalArgumentException("expected a length of time between 1ms and ten years");
                    }
                    return duration;
                }));
    }

    @Override
    public long bytes(String name, long otherwise, String doc) {
        return optional(name, node -> parsed(node, "a number of bytes such as 64KiB", Bytes::parse))
                .orElse(otherwise);
    }

    @Override
    public Optional<Double> optionalShare(String name, String doc) {
        return optional(
                name,
                node -> parsed(node, "a share such as 5%", text -> {
                    if (!text.matches("\\d{1,3}(\\.\\d{1,4})?%")) {
                        throw new IllegalArgumentException("expected a share such as 5%");
                    }
                    double share = Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
                    if (share > 1) {
                        throw new IllegalArgumentException("expected a share from 0% to 100%");
                    }
                    return share;
                }));
    }

    @Override
    public HostPort hostPort(String name, int defaultPort, String doc) {
        if (!tuples.containsKey(name) && machineAddress.isPresent() && defaultPort > 0) {
            asked.add(name);
            return new HostPort(machineAddress.get(), defaultPort);
        }
        return required(
                name,
                node -> asHostPort(node, defaultPort),
                new HostPort("host.invalid", defaultPort > 0 ? defaultPort : 1),
                "host or host:port");
    }

    @Override
    public Optional<HostPort> optionalHostPort(String name, int defaultPort, String doc) {
        return optional(name, node -> asHostPort(node, defaultPort));
    }

    @Override
    public URI uri(String name, List<String> schemes, String doc) {
        return required(
                name,
                node -> asUri(node, schemes),
                URI.create(schemes.get(0) + "://host.invalid/"),
                schemes.get(0) + "://host/path");
    }

    @Override
    public Optional<URI> optionalUri(String name, List<String> schemes, String doc) {
        return optional(name, node -> asUri(node, schemes));
    }

    @Override
    public <E extends Enum<E>> E oneOf(String name, E otherwise, String doc) {
        return optional(name, node -> asConstant(node, otherwise.getDeclaringClass()))
                .orElse(otherwise);
    }

    @Override
    public <E extends Enum<E>> List<E> someOf(String name, Class<E> type, String doc) {
        return list(name, node -> asConstant(node, type));
    }

    @Override
    public Optional<Pattern> optionalPattern(String name, String doc) {
        return optional(
                name,
                node -> asText(node).flatMap(text -> {
                    try {
                        return Optional.of(Pattern.compile(text));
                    } catch (PatternSyntaxException e) {
                        return refuse(node, "not a regular expression in RE2 syntax: " + e.getMessage());
                    }
                }));
    }

    @Override
    public Path file(String name, String doc) {
        return required(name, this::asFile, folder, "a file");
    }

    @Override
    public Optional<Path> optionalFile(String name, String doc) {
        return optional(name, this::asFile);
    }

    @Override
    public Optional<SecretName> optionalSecret(String name, String doc) {
        return optional(name, node -> {
            String how = "expected {secret: its-name}; the value itself is kept in a file or the environment";
            if (!(node instanceof MappingNode mapping)) {
                // What stands here may be the secret: it is not shown.
                return refuse(node, how + ", never in the catalogue");
            }
            YamlKeys keys = nested(mapping);
            String secret = keys.text("secret", "the name");
            if (!secret.matches(SecretName.FORM)) {
                return refuse(node, how + "; a name is lower-case letters, digits and '-'");
            }
            return Optional.of(new SecretName(secret));
        });
    }

    @Override
    public Optional<Keys> mapping(String name, String doc) {
        return mappingNode(name).map(this::nested);
    }

    @Override
    public List<Keys> mappings(String name, String doc) {
        return list(
                name,
                node -> node instanceof MappingNode mapping
                        ? Optional.<Keys>of(nested(mapping))
                        : refuse(node, "expected 'key: value' lines, found " + describe(node)));
    }

    @Override
    public Map<String, Keys> namedMappings(String name, String doc) {
        Map<String, Keys> named = new LinkedHashMap<>();
        mappingNode(name).ifPresent(outer -> {
            for (NodeTuple tuple : outer.getValue()) {
                Optional<String> key = asText(tuple.getKeyNode());
                if (!(tuple.getValueNode() instanceof MappingNode mapping)) {
                    add(tuple.getValueNode(), "expected 'key: value' lines, found " + describe(tuple.getValueNode()));
                } else if (key.isPresent() && named.putIfAbsent(key.get(), nested(mapping)) != null) {
                    add(tuple.getKeyNode(), "'" + key.get() + "' stands twice");
                }
            }
        });
        return java.util.Collections.unmodifiableMap(named);
    }

    @Override
    public boolean has(String name) {
        return tuples.containsKey(name);
    }

    @Override
    public void problem(String name, String message) {
        problems.accept(new Problem(place(name), "'" + name + "': " + message));
    }

    @Override
    public Place place(String name) {
        NodeTuple tuple = tuples.get(name);
        return tuple == null ? own : place(file, tuple.getValueNode());
    }

    private YamlKeys nested(MappingNode mapping) {
        YamlKeys keys = new YamlKeys(file, folder, mapping, problems).withMachineAddress(machineAddress);
        inner.add(keys);
        return keys;
    }

    private <T> T required(String name, Function<Node, Optional<T>> reader, T harmless, String expected) {
        asked.add(name);
        if (!tuples.containsKey(name)) {
            problems.accept(new Problem(own, "'" + name + "' is missing; expected '" + name + ": " + expected + "'"));
            return harmless;
        }
        return optional(name, reader).orElse(harmless);
    }

    private <T> Optional<T> optional(String name, Function<Node, Optional<T>> reader) {
        asked.add(name);
        NodeTuple tuple = tuples.get(name);
        return tuple == null ? Optional.empty() : reader.apply(tuple.getValueNode());
    }

    private <T> List<T> list(String name, Function<Node, Optional<T>> reader) {
        asked.add(name);
        NodeTuple tuple = tuples.get(name);
        if (tuple == null) {
            return List.of();
        }
        List<Node> nodes = tuple.getValueNode() instanceof SequenceNode sequence
                ? sequence.getValue()
                : List.of(tuple.getValueNode());
        List<T> values = new ArrayList<>();
        for (Node node : nodes) {
            reader.apply(node).ifPresent(values::add);
        }
        return List.copyOf(values);
    }

    private Optional<MappingNode> mappingNode(String name) {
        return optional(
                name,
                node -> node instanceof MappingNode mapping
                        ? Optional.of(mapping)
                        : refuse(node, "expected 'key: value' lines under '" + name + "', found " + describe(node)));
    }

    private Optional<ScalarNode> scalar(Node node, String expected) {
        return node instanceof ScalarNode scalar
                ? Optional.of(scalar)
                : refuse(node, "expected " + expected + ", found " + describe(node));
    }

    private Optional<String> asText(Node node) {
        return scalar(node, "a text").flatMap(scalar -> {
            if (scalar.getTag().equals(Tag.NULL) && scalar.getScalarStyle() == ScalarStyle.PLAIN
                    || scalar.getValue().isEmpty()) {
                return refuse(node, "expected a text, found nothing");
            }
            return Optional.of(scalar.getValue());
        });
    }

    private Optional<Integer> asInteger(Node node, int min, int max) {
        return scalar(node, "a whole number").flatMap(scalar -> {
            String expected = "expected a whole number from " + min + " to " + max + ", found " + describe(node);
            if (!scalar.getValue().matches("-?\\d{1,10}")) {
                return refuse(node, expected);
            }
            long value = Long.parseLong(scalar.getValue());
            return value < min || value > max ? refuse(node, expected) : Optional.of((int) value);
        });
    }

    private Optional<HostPort> asHostPort(Node node, int defaultPort) {
        return parsed(node, "host or host:port", text -> HostPort.parse(text, defaultPort));
    }

    private Optional<URI> asUri(Node node, List<String> schemes) {
        String expected = "expected an address that starts with "
                + String.join(" or ", schemes.stream().map(s -> s + "://").toList());
        return parsed(node, "an address such as " + schemes.get(0) + "://host/path", text -> {
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(expected + " (" + e.getReason() + ")", e);
            }
            if (uri.getScheme() == null || !schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(expected);
            }
            if (uri.getHost() == null) {
                throw new IllegalArgumentException(expected + " and a host name");
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException("expected no user or password in an address");
            }
            return uri;
        });
    }

    private <E extends Enum<E>> Optional<E> asConstant(Node node, Class<E> type) {
        return asText(node).flatMap(text -> {
            for (E constant : type.getEnumConstants()) {
                if (DescribingKeys.Constants.written(constant).equals(text)) {
                    return Optional.of(constant);
                }
            }
            List<String> all = DescribingKeys.Constants.all(type);
            return refuse(
                    node,
                    "expected one of " + String.join(", ", all) + ", found '" + text + "'"
                            + Names.didYouMean(text, all));
        });
    }

    private Optional<Path> asFile(Node node) {
        return parsed(node, "a file", text -> {
            try {
                return folder.resolve(text).normalize();
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("expected a file's path (" + e.getReason() + ")", e);
            }
        });
    }

    private <T> Optional<T> parsed(Node node, String expected, Function<String, T> parser) {
        return scalar(node, expected).flatMap(scalar -> {
            try {
                return Optional.of(parser.apply(scalar.getValue()));
            } catch (IllegalArgumentException e) {
                return refuse(node, e.getMessage() + ", found " + describe(node));
            }
        });
    }

    private <T> Optional<T> refuse(Node node, String message) {
        add(node, message);
        return Optional.empty();
    }

    private void add(Node node, String message) {
        problems.accept(new Problem(place(file, node), message));
    }

    static Place place(String file, Node node) {
        return node.getStartMark().map(mark -> YamlFile.place(file, mark)).orElse(Place.of(file));
    }

    static String describe(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue().isEmpty() ? "nothing" : "'" + Shown.oneLine(scalar.getValue(), 80) + "'";
        }
        return node instanceof SequenceNode ? "a list" : "'key: value' lines";
    }
}
