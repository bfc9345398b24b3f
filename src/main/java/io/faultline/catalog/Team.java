package io.faultline.catalog;

import io.faultline.config.Place;
import java.util.List;
import java.util.Optional;

/**
 * People who look after services together.
 *
 * @param mail where alerts for the team go; at least one address
 */
public record Team(String name, Optional<String> purpose, List<String> mail, List<Contact> contacts, Place place) {
    public Team {
        mail = List.copyOf(mail);
        contacts = List.copyOf(contacts);
    }

    /** A person in a team. */
    public record Contact(String name, Optional<String> mail, Optional<String> openPgp) {}
}
