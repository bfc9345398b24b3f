package io.faultline.check;

import io.faultline.config.SecretName;
import java.io.IOException;

/** Where the values of secrets come from. Thread-safe. */
@FunctionalInterface
public interface Secrets {
    /** @throws IOException naming where the secret was looked for, never its value */
    String value(SecretName name) throws IOException;

    static Secrets none() {
        return name -> {
            throw new IOException("secret '" + name + "' is not there: no place for secrets is set");
        };
    }
}
