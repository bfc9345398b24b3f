package io.faultline.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Keys composed from what somebody wrote in another format, to be read by the same code and under the same rules as
 * YAML. Problems lead to the place in the other file. Not thread-safe.
 */
public final class ComposedKeys {
    private final Place place;
    private final List<NodeTuple> tuples = new ArrayList<>();

    /** @param place where the whole is written */
    public ComposedKeys(Place place) {
        this.place = place;
    }

    public ComposedKeys put(String key, String value) {
        return add(key, scalar(value));
    }

    /** Nothing is put for an empty list. */
    public ComposedKeys put(String key, List<String> values) {
        List<Node> nodes = values.stream().<Node>map(this::scalar).toList();
        Optional<Mark> mark = mark();
        return values.isEmpty() ? this : add(key, new SequenceNode(Tag.SEQ, true, nodes, FlowStyle.FLOW, mark, mark));
    }

    /** Nothing is put for an empty mapping. */
    public ComposedKeys put(String key, Map<String, String> values) {
        List<NodeTuple> inner = new ArrayList<>();
        values.forEach((name, value) -> inner.add(new NodeTuple(scalar(name), scalar(value))));
        return values.isEmpty() ? this : add(key, mapping(inner));
    }

    /** @param folder where relative paths start */
    public YamlKeys keys(Path folder, Consumer<Problem> problems) {
        return new YamlKeys(place.file(), folder, mapping(tuples), problems);
    }

    private ComposedKeys add(String key, Node value) {
        tuples.add(new NodeTuple(scalar(key), value));
        return this;
    }

    private MappingNode mapping(List<NodeTuple> inner) {
        return new MappingNode(Tag.MAP, true, inner, FlowStyle.BLOCK, mark(), mark());
    }

    private ScalarNode scalar(String text) {
        return new ScalarNode(Tag.STR, true, text, ScalarStyle.DOUBLE_QUOTED, mark(), mark());
    }

    private Optional<Mark> mark() {
        return Optional.of(new Mark(place.file(), 0, place.line() - 1, place.column() - 1, new int[0], 0));
    }
}
