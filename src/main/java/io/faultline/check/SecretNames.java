package io.faultline.check;

import io.faultline.config.SecretName;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which secrets a check may ask for: all that its record names, however deep. */
public final class SecretNames {
    private SecretNames() {}

    public static SortedSet<String> of(Check check) {
        return Inside.of(check)
                .filter(SecretName.class::isInstance)
                .map(name -> ((SecretName) name).name())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
