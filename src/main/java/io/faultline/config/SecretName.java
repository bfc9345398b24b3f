package io.faultline.config;

import java.util.regex.Pattern;

/**
 * The name of a secret. Configuration holds names only; the value is read from a file or the environment when it is
 * used.
 */
public record SecretName(String name) {
    public static final String FORM = "[a-z][a-z0-9-]{0,62}";

    private static final Pattern NAME = Pattern.compile(FORM);

    public SecretName {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a secret's name is lower-case letters, digits and '-', not '" + name + "'");
        }
    }

    /** Whether it has the form {@link #FORM}. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
