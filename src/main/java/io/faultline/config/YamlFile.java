package io.faultline.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Opens a YAML 1.2 file whose document is one mapping. Never builds objects: only nodes with their places, so nothing
 * in a file can name a class. Files are bounded: {@value #MAX_BYTES} bytes of UTF-8, {@value #MAX_VALUES} keys and
 * values, {@value #MAX_ALIASES} aliases of lists and mappings, {@value #MAX_LEVELS} levels.
 */
public final class YamlFile {
    public static final int MAX_BYTES = 2 << 20;
    public static final int MAX_VALUES = 100_000;
    public static final int MAX_ALIASES = 20;
    public static final int MAX_LEVELS = 50;

    private YamlFile() {}

    /**
     * @param shownAs the file's name in problems, usually as the person gave it
     * @return the top-level keys, or nothing if the file cannot be read as a mapping; then a problem says why
     */
    public static Optional<YamlKeys> open(Path file, String shownAs, Consumer<Problem> problems) {
        return read(file, shownAs, problems)
                .flatMap(
                        content -> parse(content, shownAs, file.toAbsolutePath().getParent(), problems));
    }

    /** The bytes of a file that is no larger than it may be; or nothing, and a problem says why. */
    public static Optional<byte[]> read(Path file, String shownAs, Consumer<Problem> problems) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return refused(problems, Place.of(shownAs), "no such file");
        } catch (AccessDeniedException e) {
            return refused(problems, Place.of(shownAs), "cannot be read: permission denied");
        } catch (IOException e) {
            return refused(problems, Place.of(shownAs), "cannot be read: " + e.getMessage());
        }
        if (content.length > MAX_BYTES) {
            return refused(
                    problems,
                    Place.of(shownAs),
                    "larger than " + Bytes.write(MAX_BYTES) + ", the limit for a YAML file");
        }
        return Optional.of(content);
    }

    /** Reads a mapping from bytes; {@code folder} is where relative paths in it start. */
    public static Optional<YamlKeys> parse(byte[] content, String shownAs, Path folder, Consumer<Problem> problems) {
        Optional<String> text = decode(content, shownAs, problems);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(shownAs)
                .setUseMarks(true)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_BYTES)
                // Every scalar is a text until a key is asked for; no guessing of types by regular expressions.
                .setSchema(new FailsafeSchema())
                // Said by us, with both places, instead of failing the whole file.
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .build();
        Optional<Node> root;
        try {
            Parser parser = new ParserImpl(settings, new StreamReader(settings, text.get()));
            root = new Composer(settings, new Limited(parser)).getSingleNode();
        } catch (TooMuch e) {
            return refused(problems, place(shownAs, e.where), String.valueOf(e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            return refused(problems, YamlMistake.place(shownAs, e), YamlMistake.explained(e));
        } catch (YamlEngineException e) {
            String message = String.valueOf(e.getMessage());
            return refused(
                    problems,
                    Place.of(shownAs),
                    message.contains("aliases")
                            ? "more than " + MAX_ALIASES + " aliases (*name) of lists or mappings, the limit"
                            : "not valid YAML: " + message);
        }
        if (root.isEmpty()) {
            return refused(problems, Place.of(shownAs), "the file is empty; expected 'key: value' lines");
        }
        if (!(root.get() instanceof MappingNode mapping)) {
            return refused(
                    problems,
                    YamlKeys.place(shownAs, root.get()),
                    "expected 'key: value' lines, found " + YamlKeys.describe(root.get()));
        }
        return Optional.of(new YamlKeys(shownAs, folder, mapping, problems));
    }

    /** Strictly UTF-8, with nothing in it that YAML forbids (YAML 1.2.2, 5.1). */
    private static Optional<String> decode(byte[] content, String shownAs, Consumer<Problem> problems) {
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(content.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        out.flip();
        if (result.isError()) {
            return refused(
                    problems,
                    placeAfter(shownAs, out),
                    String.format("not UTF-8 (byte 0x%02X); save the file as UTF-8", content[in.position()]));
        }
        char[] decoded = out.array();
        for (int i = 0; i < out.limit(); i++) {
            char c = decoded[i];
            boolean printable = c >= 0x20 && c < 0x7f
                    || c == '\n'
                    || c == '\r'
                    || c == '\t'
                    || Character.isSurrogate(c)
                    || c == 0x85
                    || c >= 0xa0 && c <= 0xfffd;
            if (!printable) {
                return refused(
                        problems,
                        placeAfter(shownAs, out.subSequence(0, i)),
                        String.format("the control character U+%04X is not allowed in YAML", (int) c));
            }
        }
        return Optional.of(out.toString());
    }

    private static Place placeAfter(String file, CharSequence text) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); i++) {
            boolean newLine = text.charAt(i) == '\n';
            line += newLine ? 1 : 0;
            column = newLine ? 1 : column + 1;
        }
        return new Place(file, line, column);
    }

    private static <T> Optional<T> refused(Consumer<Problem> problems, Place place, String message) {
        problems.accept(new Problem(place, message));
        return Optional.empty();
    }

    static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    static Place place(String file, Optional<Mark> mark) {
        return mark.map(m -> place(file, m)).orElse(Place.of(file));
    }

    /** What a YAML file may be called. */
    public static boolean isYaml(Path file) {
        String name = String.valueOf(file.getFileName());
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
    }

    private static final class TooMuch extends YamlEngineException {
        private static final long serialVersionUID = 1;
        private final transient Optional<Mark> where;

        TooMuch(String message, Optional<Mark> where) {
            super(message);
            this.where = where;
        }
    }

    /** Composing recurses, so the depth is limited before the stack is: an overflow could leave classes broken. */
    private static final class Limited implements Parser {
        private final Parser parser;
        private int depth;
        private int values;

        Limited(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID id) {
            return parser.checkEvent(id);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            if (++values > MAX_VALUES) {
                throw new TooMuch("more than " + MAX_VALUES + " keys and values, the limit", event.getStartMark());
            }
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> {
                    if (++depth > MAX_LEVELS) {
                        throw new TooMuch(
                                "nested more than " + MAX_LEVELS + " levels deep, the limit", event.getStartMark());
                    }
                }
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            return event;
        }
    }
}
