package io.faultline.config;

/**
 * The name of a secret. Configuration holds names only; the value is read from a file or the environment when it is
 * used.
 */
public record SecretName(String name) {
    public static final String FORM = "[a-z][a-z0-9-]{0,62}";

    public SecretName {
        if (!name.matches(FORM)) {
            throw new IllegalArgumentException(
                    "a secret's name is lower-case letters, digits and '-', not '" + name + "'");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
