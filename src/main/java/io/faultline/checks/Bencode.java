package io.faultline.checks;

import io.faultline.net.ProtocolFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What BitTorrent's files and trackers write (BEP 3): numbers, strings, lists, dictionaries. Strings are kept as ISO
 * 8859-1, a character a byte. Not thread-safe.
 */
final class Bencode {
    private static final int DEEPEST = 20;

    /** A torrent of so many files is large; each value takes far more room than it has bytes. */
    private static final int MOST_VALUES = 500_000;

    private final byte[] text;
    private int at;
    private int values;
    private int infoStart;
    private int infoEnd;

    private Bencode(byte[] text) {
        this.text = text;
    }

    /** A dictionary that was read; its bytes are not changed by anybody. */
    @SuppressWarnings("ArrayRecordComponent")
    record Dictionary(Map<String, Object> values, byte[] info) {}

    /**
     * Reads one dictionary.
     *
     * @return its values (Long, String, List, Map), and the bytes of its entry {@code info} as they were written
     */
    static Dictionary read(byte[] text, String from) throws ProtocolFault {
        Bencode reader = new Bencode(text);
        try {
            if (reader.value(0) instanceof Map<?, ?> map) {
                Map<String, Object> values = new LinkedHashMap<>();
                map.forEach((key, value) -> values.put((String) key, value));
                return new Dictionary(values, java.util.Arrays.copyOfRange(text, reader.infoStart, reader.infoEnd));
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new ProtocolFault(from + " is not bencoded", e);
        }
        throw new ProtocolFault(from + " is not bencoded");
    }

    private Object value(int depth) throws ProtocolFault {
        if (depth > DEEPEST) {
            throw new ProtocolFault("bencoded values lie too deep in each other");
        }
        if (++values > MOST_VALUES) {
            throw new ProtocolFault("there are more than " + MOST_VALUES + " bencoded values");
        }
        switch (text[at]) {
            case 'i' -> {
                at++;
                return Long.parseLong(until('e'));
            }
            case 'l' -> {
                at++;
                List<Object> list = new ArrayList<>();
                while (text[at] != 'e') {
                    list.add(value(depth + 1));
                }
                at++;
                return list;
            }
            case 'd' -> {
                at++;
                Map<String, Object> map = new LinkedHashMap<>();
                while (text[at] != 'e') {
                    String key = string();
                    int start = at;
                    map.put(key, value(depth + 1));
                    if (depth == 0 && key.equals("info")) {
                        infoStart = start;
                        infoEnd = at;
                    }
                }
                at++;
                return map;
            }
            default -> {
                return string();
            }
        }
    }

    private String string() {
        int length = Integer.parseUnsignedInt(until(':'));
        String string = new String(text, at, length, StandardCharsets.ISO_8859_1);
        at += length;
        return string;
    }

    private String until(char end) {
        int start = at;
        while (text[at] != end) {
            at++;
        }
        return new String(text, start, at++ - start, StandardCharsets.ISO_8859_1);
    }
}
