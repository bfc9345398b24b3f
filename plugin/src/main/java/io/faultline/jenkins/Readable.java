package io.faultline.jenkins;

import hudson.model.Item;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.access.AccessDeniedException;

/** What whoever asks may read. */
public final class Readable {
    private Readable() {}

    /** The item of this name; none for who may only discover it, too. */
    public static <T extends Item> Optional<T> item(String fullName, Class<T> type) {
        try {
            return Optional.ofNullable(Jenkins.get().getItemByFullName(fullName, type))
                    .filter(item -> item.hasPermission(Item.READ));
        } catch (AccessDeniedException e) {
            return Optional.empty();
        }
    }
}
