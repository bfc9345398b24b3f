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
import java.util.Collections;
import java.util.Comparator;
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

/** Reads keys from one mapping of a YAML file; every mistake becomes a {@link Problem} with its line and column. */
public final class YamlKeys implements Keys {
    private static final Duration LONGEST = Duration.ofDays(3660);

    private static final java.util.regex.Pattern SHARE = java.util.regex.Pattern.compile("\\d{1,3}(\\.\\d{1,4})?%");
    private static final java.util.regex.Pattern WHOLE = java.util.regex.Pattern.compile("-?\\d{1,10}");
    private static final java.util.regex.Pattern MAIL =
            java.util.regex.Pattern.compile("[^\\s@<>(),;:\"\\p{Cntrl}]{1,64}@[A-Za-z0-9.-]{1,253}");

    /** What {@link #written} keeps; longer definitions than this are told apart by their beginning only. */
    private static final int MOST_WRITTEN = 1 << 16;

    private static final Comparator<NodeTuple> BY_KEY =
            Comparator.comparing(tuple -> tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "");

    private final String file;
    private final Path folder;
    private final Place own;
    private final Consumer<Problem> problems;
    private final MappingNode mapping;
    private final Map<String, NodeTuple> tuples = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final List<Problem> badKeys = new ArrayList<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<YamlKeys> inner = new ArrayList<>();
    private boolean restLeft;
    private Optional<String> machineAddress = Optional.empty();
    private boolean machineAddressTaken;

    YamlKeys(String file, Path folder, MappingNode mapping, Consumer<Problem> problems) {
        this(file, folder, place(file, mapping), mapping, problems);
    }

    private YamlKeys(String file, Path folder, Place own, MappingNode mapping, Consumer<Problem> problems) {
        this.file = file;
        this.folder = folder;
        this.own = own;
        this.mapping = mapping;
        this.problems = problems;
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            if (!(keyNode instanceof ScalarNode key)) {
                badKeys.add(
                        new Problem(place(file, keyNode), "expected a plain text as key, found " + describe(keyNode)));
            } else {
                NodeTuple first = tuples.putIfAbsent(key.getValue(), tuple);
                if (first != null) {
                    badKeys.add(new Problem(place(file, key), twice(key.getValue(), first)));
                }
            }
        }
    }

    private String twice(String key, NodeTuple first) {
        return "'" + Shown.oneLine(key, 80) + "' stands twice; the first one is at line "
                + place(file, first.getKeyNode()).line();
    }

    /** The keys as written, in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(tuples.keySet());
    }

    @Override
    public void refuseOthers() {
        badKeys.forEach(problems);
        badKeys.clear();
        if (!restLeft) {
            restLeft = true;
            tuples.forEach((key, tuple) -> {
                if (!asked.contains(key)) {
                    refuseOther(key, tuple.getKeyNode());
                }
            });
        }
        missing.forEach(
                (name, expected) -> add(own, "'" + name + "' is missing; expected '" + name + ": " + expected + "'"));
        missing.clear();
        inner.forEach(YamlKeys::refuseOthers);
    }

    private void refuseOther(String key, Node node) {
        Optional<String> meant = Names.nearest(key, asked).filter(name -> !tuples.containsKey(name));
        // One mistake, one message: what is misspelt is not missing as well.
        meant.ifPresent(missing::remove);
        add(
                node,
                "unknown key '" + Shown.oneLine(key, 80) + "'"
                        + meant.map(name -> "; did you mean '" + name + "'?")
                                .orElse("; expected one of: " + String.join(", ", asked)));
    }

    @Override
    public void leaveRest() {
        restLeft = true;
    }

    @Override
    public Place place() {
        return own;
    }

    @Override
    public void machineAddress(String address) {
        machineAddress = Optional.of(address);
    }

    @Override
    public boolean machineAddressTaken() {
        return machineAddressTaken || inner.stream().anyMatch(YamlKeys::machineAddressTaken);
    }

    @Override
    public String written() {
        StringBuilder written = new StringBuilder();
        write(mapping, written, YamlFile.MAX_LEVELS);
        return written.toString();
    }

    /** An alias may make a node contain itself, hence the limits. */
    private static void write(Node node, StringBuilder out, int levels) {
        if (levels == 0 || out.length() > MOST_WRITTEN) {
            return;
        }
        if (node instanceof ScalarNode scalar) {
            out.append(scalar.getValue().length()).append(':').append(scalar.getValue());
        } else if (node instanceof SequenceNode sequence) {
            out.append('[');
            sequence.getValue().forEach(element -> write(element, out, levels - 1));
            out.append(']');
        } else if (node instanceof MappingNode mapping) {
            out.append('{');
            List<NodeTuple> sorted = new ArrayList<>(mapping.getValue());
            sorted.sort(BY_KEY);
            for (NodeTuple tuple : sorted) {
                write(tuple.getKeyNode(), out, levels - 1);
                write(tuple.getValueNode(), out, levels - 1);
            }
            out.append('}');
        }
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
    public List<String> arguments(String name, String doc) {
        return list(
                name,
                node -> node instanceof ScalarNode scalar
                                && scalar.getScalarStyle() != ScalarStyle.PLAIN
                                && scalar.getValue().isEmpty()
                        ? Optional.of("")
                        : asText(node));
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
                    if (!SHARE.matcher(text).matches()) {
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
            machineAddressTaken = true;
            return new HostPort(machineAddress.get(), defaultPort);
        }
        return server(name, defaultPort, doc);
    }

    @Override
    public HostPort server(String name, int defaultPort, String doc) {
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
    public Written name(String name, String doc) {
        return required(name, this::asName, new Written("", own), "name");
    }

    @Override
    public Optional<Written> optionalName(String name, String doc) {
        return optional(name, this::asName);
    }

    @Override
    public List<Written> names(String name, String doc) {
        return list(name, this::asName);
    }

    @Override
    public String mail(String name, String doc) {
        return required(name, this::asMail, "nobody@host.invalid", "somebody@example.org");
    }

    @Override
    public Optional<String> optionalMail(String name, String doc) {
        return optional(name, this::asMail);
    }

    @Override
    public List<String> mails(String name, String doc) {
        NodeTuple tuple = tuples.get(name);
        if (tuple == null) {
            return required(name, node -> Optional.empty(), List.of(), "somebody@example.org");
        }
        if (tuple.getValueNode() instanceof SequenceNode sequence
                && sequence.getValue().isEmpty()) {
            add(sequence, "expected at least one mail address, found an empty list");
        }
        return list(name, this::asMail);
    }

    @Override
    public Optional<String> word(String name, List<String> allowed, String doc) {
        String written = required(name, node -> asWord(node, allowed), "", String.join(" or ", allowed));
        return Optional.of(written).filter(word -> !word.isEmpty());
    }

    @Override
    public <E extends Enum<E>> Map<String, E> oneOfEach(
            String name, List<String> parts, E otherwise, E unnamed, String doc) {
        Class<E> type = otherwise.getDeclaringClass();
        NodeTuple tuple = tuples.get(name);
        Map<String, E> each = new LinkedHashMap<>();
        if (tuple != null && tuple.getValueNode() instanceof MappingNode mapping) {
            asked.add(name);
            YamlKeys keys = nested(mapping);
            parts.forEach(part -> each.put(
                    part, keys.optional(part, node -> asConstant(node, type)).orElse(unnamed)));
        } else {
            E all = optional(name, node -> asConstant(node, type)).orElse(otherwise);
            parts.forEach(part -> each.put(part, all));
        }
        return each;
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
        return optional(name, this::asSecret);
    }

    @Override
    public Map<String, SecretName> namedSecrets(String name, String doc) {
        Map<String, SecretName> named = new LinkedHashMap<>();
        optional(name, Optional::of).ifPresent(outer -> {
            if (!(outer instanceof MappingNode mapping)) {
                add(outer, "expected 'name: {secret: its-name}' lines under '" + name + "'");
                return;
            }
            for (NodeTuple tuple : mapping.getValue()) {
                Optional<String> key = asText(tuple.getKeyNode());
                Optional<SecretName> secret = asSecret(tuple.getValueNode());
                if (key.isPresent() && secret.isPresent() && named.putIfAbsent(key.get(), secret.get()) != null) {
                    add(tuple.getKeyNode(), "'" + Shown.oneLine(key.get(), 80) + "' stands twice");
                }
            }
        });
        return Collections.unmodifiableMap(named);
    }

    private Optional<SecretName> asSecret(Node node) {
        String how = "expected {secret: its-name}; the value itself is kept in a file or the environment";
        if (!(node instanceof MappingNode mapping)) {
            // What stands here may be the secret: it is not shown.
            return refuse(node, how + ", never in the catalogue");
        }
        // Neither what stands for the name nor a wrong key is shown: either may be the secret itself.
        List<NodeTuple> written = mapping.getValue();
        if (written.size() != 1
                || !(written.get(0).getKeyNode() instanceof ScalarNode key)
                || !key.getValue().equals("secret")
                || !(written.get(0).getValueNode() instanceof ScalarNode value)) {
            return refuse(node, how);
        }
        if (!SecretName.isName(value.getValue())) {
            return refuse(value, how + "; a name is lower-case letters, digits and '-'");
        }
        return Optional.of(new SecretName(value.getValue()));
    }

    @Override
    public Optional<Keys> mapping(String name, String doc) {
        return mappingNode(name).map(this::nested);
    }

    @Override
    public List<Keys> mappings(String name, String doc) {
        NodeTuple tuple = tuples.get(name);
        if (tuple != null && !(tuple.getValueNode() instanceof SequenceNode)) {
            asked.add(name);
            add(
                    tuple.getValueNode(),
                    "expected a list under '" + name + "', each element after a '- ', found "
                            + describe(tuple.getValueNode()));
            return List.of();
        }
        return list(
                name,
                node -> node instanceof MappingNode element
                        ? Optional.<Keys>of(nested(element))
                        : refuse(node, "expected 'key: value' lines, found " + describe(node)));
    }

    @Override
    public Map<String, Keys> namedMappings(String name, String doc) {
        Map<String, Keys> named = new LinkedHashMap<>();
        mappingNode(name).ifPresent(outer -> {
            Map<String, NodeTuple> seen = new LinkedHashMap<>();
            for (NodeTuple tuple : outer.getValue()) {
                asText(tuple.getKeyNode()).ifPresent(key -> {
                    NodeTuple first = seen.putIfAbsent(key, tuple);
                    if (first != null) {
                        add(tuple.getKeyNode(), twice(key, first));
                    } else if (tuple.getValueNode() instanceof MappingNode mapping) {
                        named.put(key, nested(mapping, place(file, tuple.getKeyNode())));
                    } else {
                        add(
                                tuple.getKeyNode(),
                                "expected 'key: value' lines under '" + Shown.oneLine(key, 80) + "', found "
                                        + describe(tuple.getValueNode()));
                    }
                });
            }
        });
        return Collections.unmodifiableMap(named);
    }

    @Override
    public boolean has(String name) {
        return tuples.containsKey(name);
    }

    @Override
    public void problem(String name, String message) {
        problem(place(name), "'" + name + "': " + message);
    }

    @Override
    public void problem(Place place, String message) {
        problems.accept(new Problem(place, message));
    }

    @Override
    public Place place(String name) {
        NodeTuple tuple = tuples.get(name);
        return tuple == null ? own : place(file, tuple.getValueNode());
    }

    private YamlKeys nested(MappingNode mapping) {
        return nested(mapping, place(file, mapping));
    }

    private YamlKeys nested(MappingNode mapping, Place place) {
        YamlKeys keys = new YamlKeys(file, folder, place, mapping, problems);
        keys.machineAddress = machineAddress;
        inner.add(keys);
        return keys;
    }

    private <T> T required(String name, Function<Node, Optional<T>> reader, T harmless, String expected) {
        asked.add(name);
        if (!tuples.containsKey(name)) {
            missing.putIfAbsent(name, expected);
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
            return isNothing(scalar) ? refuse(node, "expected a text, found nothing") : Optional.of(scalar.getValue());
        });
    }

    private static boolean isNothing(ScalarNode scalar) {
        return scalar.getValue().isEmpty()
                || scalar.getScalarStyle() == ScalarStyle.PLAIN
                        && (scalar.getValue().equals("null")
                                || scalar.getValue().equals("~"));
    }

    private Optional<Integer> asInteger(Node node, int min, int max) {
        return scalar(node, "a whole number").flatMap(scalar -> {
            boolean whole = WHOLE.matcher(scalar.getValue()).matches();
            long value = whole ? Long.parseLong(scalar.getValue()) : 0;
            return whole && value >= min && value <= max
                    ? Optional.of((int) value)
                    : refuse(node, "expected a whole number from " + min + " to " + max + ", found " + describe(node));
        });
    }

    private Optional<Written> asName(Node node) {
        return asText(node)
                .flatMap(text -> Names.isName(text)
                        ? Optional.of(new Written(text, place(file, node)))
                        : refuse(node, Names.expected() + ", found " + describe(node)));
    }

    private Optional<String> asMail(Node node) {
        return asText(node)
                .flatMap(text -> MAIL.matcher(text).matches()
                        ? Optional.of(text)
                        : refuse(
                                node, "expected a mail address such as somebody@example.org, found " + describe(node)));
    }

    private Optional<String> asWord(Node node, List<String> allowed) {
        return asText(node)
                .flatMap(text -> allowed.contains(text)
                        ? Optional.of(text)
                        : refuse(
                                node,
                                "expected one of " + String.join(", ", allowed) + ", found " + describe(node)
                                        + Names.didYouMean(text, allowed)));
    }

    private Optional<HostPort> asHostPort(Node node, int defaultPort) {
        return parsed(node, "host or host:port", text -> HostPort.parse(text, defaultPort));
    }

    private Optional<URI> asUri(Node node, List<String> schemes) {
        return asText(node).flatMap(text -> {
            try {
                return Optional.of(uri(text, schemes));
            } catch (IllegalArgumentException e) {
                // An address that holds a password is not shown.
                String found = text.indexOf('@') < 0 ? ", found " + describe(node) : "";
                return refuse(node, e.getMessage() + found);
            }
        });
    }

    private static URI uri(String text, List<String> schemes) {
        String expected = "expected an address that starts with "
                + String.join(" or ", schemes.stream().map(s -> s + "://").toList());
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(expected + " (" + e.getReason() + ")", e);
        }
        if (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0) {
            throw new IllegalArgumentException("expected no user or password in an address");
        }
        if (uri.getScheme() == null || !schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(expected);
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(expected + " and a host name");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new IllegalArgumentException("expected a port from 1 to 65535 in the address");
        }
        return uri;
    }

    private <E extends Enum<E>> Optional<E> asConstant(Node node, Class<E> type) {
        return asText(node).flatMap(text -> {
            for (E constant : type.getEnumConstants()) {
                if (DescribingKeys.Constants.written(constant).equalsIgnoreCase(text)) {
                    return Optional.of(constant);
                }
            }
            List<String> all = DescribingKeys.Constants.all(type);
            return refuse(
                    node,
                    "expected one of " + String.join(", ", all) + ", found " + describe(node)
                            + Names.didYouMean(text, all));
        });
    }

    private Optional<Path> asFile(Node node) {
        return asText(node).flatMap(text -> {
            try {
                return Optional.of(folder.resolve(text).normalize());
            } catch (InvalidPathException e) {
                return refuse(node, "expected a file's path (" + e.getReason() + ")");
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
        add(place(file, node), message);
    }

    private void add(Place place, String message) {
        problems.accept(new Problem(place, message));
    }

    static Place place(String file, Node node) {
        return YamlFile.place(file, node.getStartMark());
    }

    static String describe(Node node) {
        if (node instanceof ScalarNode scalar) {
            return isNothing(scalar) ? "nothing" : "'" + Shown.oneLine(scalar.getValue(), 80) + "'";
        }
        return node instanceof SequenceNode ? "a list" : "'key: value' lines";
    }
}
