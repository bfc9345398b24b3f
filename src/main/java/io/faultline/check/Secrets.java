package io.faultline.check;

import io.faultline.config.SecretName;

/** Where the values of secrets come from. Thread-safe. */
@FunctionalInterface
public interface Secrets {
    /** @throws SecretMissing naming where the secret was looked for, never its value */
    String value(SecretName name) throws SecretMissing;

    static Secrets none() {
        return name -> {
            throw new SecretMissing("secret '" + name + "' is not there: no place for secrets is set");
        };
    }
}
