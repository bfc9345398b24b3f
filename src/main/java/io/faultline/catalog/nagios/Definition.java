package io.faultline.catalog.nagios;

import io.faultline.config.Place;
import io.faultline.config.Written;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One {@code define} block.
 *
 * @param type such as {@code host}
 * @param place where it begins
 * @param directives by name, as they stand there or as they are once its templates are applied
 */
record Definition(String type, Place place, Map<String, Written> directives) {
    Definition {
        directives = Collections.unmodifiableMap(new LinkedHashMap<>(directives));
    }

    Optional<Written> get(String directive) {
        return Optional.ofNullable(directives.get(directive)).filter(value -> !isNull(value));
    }

    /** The names in a list that is divided by commas. */
    List<Written> list(String directive) {
        return get(directive).stream().flatMap(Definition::parts).toList();
    }

    static Stream<Written> parts(Written list) {
        return Stream.of(list.text().split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(part -> new Written(part, list.place()));
    }

    /** Templates say {@code register 0}: they are no hosts or services themselves. */
    boolean registered() {
        return get("register").map(value -> !value.text().equals("0")).orElse(true);
    }

    /** {@code null} means that nothing is to be taken from a template. */
    static boolean isNull(Written value) {
        return value.text().equals("null");
    }
}
