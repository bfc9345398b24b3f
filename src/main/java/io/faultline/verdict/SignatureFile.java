package io.faultline.verdict;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a signature file; refuses a wrong one with file, line, column and what was expected. */
final class SignatureFile {
    private static final List<String> KEYS = List.of(
            "id",
            "category",
            "cause",
            "regex",
            "where",
            "recovers",
            "weight",
            "explanation",
            "advice",
            "source",
            "examples",
            "near-misses");

    private final String file;

    private SignatureFile(String file) {
        this.file = file;
    }

    static List<Signature> read(String file, String text) throws SignatureException {
        return new SignatureFile(file).signatures(text);
    }

    private List<Signature> signatures(String text) throws SignatureException {
        Node root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).build())
                    .composeString(text)
                    .orElseThrow(() -> new SignatureException(file + ": the file is empty"));
        } catch (YamlEngineException e) {
            throw new SignatureException(file + ": " + e.getMessage());
        }
        List<Signature> found = new ArrayList<>();
        for (Node entry : list(mapping(root, List.of("signatures")).get("signatures"), root, "signatures")) {
            found.add(signature(entry));
        }
        return found;
    }

    private Signature signature(Node node) throws SignatureException {
        Map<String, Node> keys = mapping(node, KEYS);
        for (String key : KEYS) {
            if (!keys.containsKey(key)) {
                throw wrong(node, "the key \"" + key + "\" is missing");
            }
        }
        String regex = text(keys.get("regex"));
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw wrong(keys.get("regex"), "not a regular expression of RE2: " + e.getMessage());
        }
        double weight;
        try {
            weight = Double.parseDouble(text(keys.get("weight")));
        } catch (NumberFormatException e) {
            throw wrong(keys.get("weight"), "expected a number");
        }
        return new Signature(
                text(keys.get("id")),
                oneOf(keys.get("category"), Category.values()),
                text(keys.get("cause")),
                pattern,
                oneOf(keys.get("where"), Signature.Where.values()),
                Boolean.parseBoolean(text(keys.get("recovers"))),
                weight,
                text(keys.get("explanation")),
                text(keys.get("advice")),
                text(keys.get("source")),
                texts(keys.get("examples")),
                texts(keys.get("near-misses")),
                at(node));
    }

    private <E extends Enum<E>> E oneOf(Node node, E[] values) throws SignatureException {
        String wanted = text(node).toUpperCase(Locale.ROOT).replace('-', '_');
        for (E value : values) {
            if (value.name().equals(wanted)) {
                return value;
            }
        }
        throw wrong(node, "expected one of " + List.of(values));
    }

    private Map<String, Node> mapping(Node node, List<String> known) throws SignatureException {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong(node, "expected a mapping");
        }
        Map<String, Node> keys = new TreeMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (!known.contains(key)) {
                throw wrong(tuple.getKeyNode(), "unknown key \"" + key + "\"; known are " + known);
            }
            keys.put(key, tuple.getValueNode());
        }
        return keys;
    }

    private List<String> texts(Node node) throws SignatureException {
        List<String> texts = new ArrayList<>();
        for (Node entry : list(node, node, "list")) {
            texts.add(text(entry));
        }
        return texts;
    }

    private List<Node> list(Node node, Node parent, String name) throws SignatureException {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw wrong(node == null ? parent : node, "expected a list: " + name);
    }

    private String text(Node node) throws SignatureException {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong(node, "expected a text");
    }

    private SignatureException wrong(Node node, String message) {
        return new SignatureException(at(node) + ": " + message);
    }

    private String at(Node node) {
        return node.getStartMark()
                .map(mark -> file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                .orElse(file);
    }
}
