package io.faultline.check;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a check was given: the values of its record, however deep in records of ours, collections and optionals. */
public final class Inside {
    private Inside() {}

    /** Every record that is found on the way down, and every value at the end of it, in the order of the record. */
    public static Stream<Object> of(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.stream().flatMap(Inside::of);
        }
        if (value instanceof Collection<?> many) {
            return many.stream().flatMap(Inside::of);
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(Inside::of);
        }
        if (value instanceof Record record && record.getClass().getPackageName().startsWith("io.faultline.")) {
            return Stream.concat(
                    Stream.of(record),
                    Arrays.stream(record.getClass().getRecordComponents())
                            .map(RecordComponent::getAccessor)
                            .map(accessor -> value(record, accessor))
                            .flatMap(Inside::of));
        }
        return Stream.ofNullable(value);
    }

    private static Object value(Record record, Method accessor) {
        try {
            // The records of checks are nobody's business but their package's.
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the record " + record.getClass() + " cannot be looked into", e);
        }
    }
}
