package io.faultline.check;

import io.faultline.config.SecretName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which secrets a check may ask for: all that its record names, however deep. */
public final class SecretNames {
    private final SortedSet<String> names = new TreeSet<>();

    private SecretNames() {}

    public static SortedSet<String> of(Check check) {
        SecretNames found = new SecretNames();
        found.look(check);
        return found.names;
    }

    private void look(Object value) {
        if (value instanceof SecretName secret) {
            names.add(secret.name());
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(this::look);
        } else if (value instanceof Collection<?> many) {
            many.forEach(this::look);
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(this::look);
        } else if (value instanceof Record record
                && record.getClass().getPackageName().startsWith("io.faultline.")) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                look(value(record, component.getAccessor()));
            }
        }
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
