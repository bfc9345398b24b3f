package io.faultline.jenkins.config;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.security.ACL;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** Credentials that all of Jenkins may use, as they are now. */
final class GlobalCredentials {
    private GlobalCredentials() {}

    /** @param id nothing is found for null */
    static <C extends StandardCredentials> Optional<C> find(Class<C> kind, @CheckForNull String id) {
        if (id == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(CredentialsMatchers.firstOrNull(
                CredentialsProvider.lookupCredentialsInItemGroup(kind, Jenkins.get(), ACL.SYSTEM2, List.of()),
                CredentialsMatchers.withId(id)));
    }
}
