package io.faultline.catalog;

import io.faultline.config.Place;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * People who look after services together.
 *
 * @param mail where alerts for the team go; at least one address
 * @param key what mails to the team's addresses are encrypted to
 * @param rota who of the contacts is on shift; without one all mail goes to the team
 */
public record Team(
        String name,
        Optional<String> purpose,
        List<String> mail,
        List<Contact> contacts,
        Optional<Rota> rota,
        Optional<PublicKey> key,
        DigestEvery digest,
        Place place) {
    public Team {
        mail = List.copyOf(mail);
        contacts = List.copyOf(contacts);
    }

    /** A team without shifts. */
    public Team(String name, Optional<String> purpose, List<String> mail, List<Contact> contacts, Place place) {
        this(name, purpose, mail, contacts, Optional.empty(), Optional.empty(), DigestEvery.NEVER, place);
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

    /** The addresses that want encrypted mail, each with the keys named for it; without one if it is missing. */
    public Map<String, List<PublicKey>> encrypted() {
        Map<String, List<PublicKey>> wanted = new TreeMap<>();
        key.ifPresent(known -> mail.forEach(address -> wanted.put(address, List.of(known))));
        for (Contact contact : contacts) {
            if (contact.openPgp().isPresent() || contact.key().isPresent()) {
                contact.mail()
                        .ifPresent(address -> wanted.merge(
                                address,
                                contact.key().stream().toList(),
                                (one, other) -> Stream.concat(one.stream(), other.stream())
                                        .toList()));
            }
        }
        return wanted;
    }

    /**
     * A person in a team.
     *
     * @param openPgp the fingerprint of the key
     * @param key what mails to this person are encrypted to
     */
    public record Contact(
            String name, Optional<String> mail, Optional<String> openPgp, Optional<PublicKey> key, DigestEvery digest) {
        /** Somebody whose key is not there, and who wants no digest. */
        public Contact(String name, Optional<String> mail, Optional<String> openPgp) {
            this(name, mail, openPgp, Optional.empty(), DigestEvery.NEVER);
        }
    }
}
