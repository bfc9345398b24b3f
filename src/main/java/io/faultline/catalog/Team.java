package io.faultline.catalog;

import io.faultline.config.Place;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * People who look after services together.
 *
 * @param mail where alerts for the team go; at least one address
 * @param rota who of the contacts is on shift; without one all mail goes to the team
 */
public record Team(
        String name,
        Optional<String> purpose,
        List<String> mail,
        List<Contact> contacts,
        Optional<Rota> rota,
        Place place) {
    public Team {
        mail = List.copyOf(mail);
        contacts = List.copyOf(contacts);
    }

    /** A team without shifts. */
    public Team(String name, Optional<String> purpose, List<String> mail, List<Contact> contacts, Place place) {
        this(name, purpose, mail, contacts, Optional.empty(), place);
    }

    /** The addresses of those on shift; empty if nobody is, or nobody of them has one. */
    public List<String> onShift(Instant now, ZoneId zone) {
        Set<String> names = rota.map(known -> known.onShift(now, zone)).orElse(Set.of());
        return contacts.stream()
                .filter(contact -> names.contains(contact.name()))
                .flatMap(contact -> contact.mail().stream())
                .distinct()
                .toList();
    }

    /** All addresses of the team and of the people in it. */
    public List<String> everybody() {
        return Stream.concat(mail.stream(), contacts.stream().flatMap(contact -> contact.mail().stream()))
                .distinct()
                .toList();
    }

    /** A person in a team. */
    public record Contact(String name, Optional<String> mail, Optional<String> openPgp) {}
}
