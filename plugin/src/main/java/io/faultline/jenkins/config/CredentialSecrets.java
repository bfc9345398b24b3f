package io.faultline.jenkins.config;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.config.SecretName;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Secrets of checks from Jenkins' credentials: the secret {@code smtp-password} is the global credential with the id
 * {@code faultline-smtp-password}, a secret text or the password of a login. Only credentials with this prefix are ever
 * read, so who writes the catalogue cannot ask for any other. Read anew each time.
 */
public final class CredentialSecrets implements Secrets {
    private final String prefix;

    public CredentialSecrets(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public String value(SecretName name) throws SecretMissing {
        String id = prefix + name.name();
        StandardCredentials found =
                GlobalCredentials.find(StandardCredentials.class, id).orElse(null);
        if (found instanceof StringCredentials text) {
            return text.getSecret().getPlainText();
        }
        if (found instanceof StandardUsernamePasswordCredentials login) {
            return login.getPassword().getPlainText();
        }
        throw new SecretMissing("secret '" + name + "' is not there: expected global credentials with the id '" + id
                + "', a secret text or a username with password");
    }
}
