package io.faultline.config;

import java.util.List;
import java.util.Optional;

/**
 * What may stand under one key, for documentation and for the JSON Schema.
 *
 * @param kind what the value is
 * @param otherwise the value that holds when the key is missing, as it would be written
 * @param allowed the values that are allowed, if they can be listed; the schemes of an address
 * @param limits the smallest and the largest whole number
 * @param nested the keys of a nested mapping
 */
public record KeySpec(
        String name,
        Kind kind,
        boolean required,
        Optional<String> otherwise,
        List<String> allowed,
        Optional<Limits> limits,
        String doc,
        List<KeySpec> nested) {
    public enum Kind {
        TEXT,
        TEXTS,
        TEXT_MAP,
        FLAG,
        INTEGER,
        INTEGERS,
        DURATION,
        BYTES,
        SHARE,
        HOST_PORT,
        URI,
        NAME,
        NAMES,
        MAIL,
        MAILS,
        ONE_OF,
        SOME_OF,
        /** One of the words for all parts, or a mapping of part to word. */
        ONE_OF_EACH,
        PATTERN,
        FILE,
        SECRET,
        MAPPING,
        MAPPINGS,
        NAMED_MAPPINGS
    }

    /** Both inclusive. */
    public record Limits(int min, int max) {}

    KeySpec withNested(List<KeySpec> keys) {
        return new KeySpec(name, kind, required, otherwise, allowed, limits, doc, keys);
    }
}
