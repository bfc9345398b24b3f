package io.faultline.config;

import java.util.List;
import java.util.Optional;

/**
 * What may stand under one key, for documentation and for the JSON Schema.
 *
 * @param kind what the value is
 * @param otherwise the value that holds when the key is missing, as it would be written
 * @param allowed the values that are allowed, if they can be listed
 * @param nested the keys of a nested mapping
 */
public record KeySpec(
        String name,
        Kind kind,
        boolean required,
        Optional<String> otherwise,
        List<String> allowed,
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
        ONE_OF,
        SOME_OF,
        PATTERN,
        FILE,
        SECRET,
        MAPPING,
        MAPPINGS,
        NAMED_MAPPINGS
    }
}
