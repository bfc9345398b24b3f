package io.faultline.catalog;

import io.faultline.catalog.Team.Contact;
import io.faultline.config.Keys;
import io.faultline.config.Names;
import io.faultline.config.Problem;
import io.faultline.config.Shown;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code teams.yaml}: teams by name. A mistake in one team loses that team and no other. */
final class TeamsFile {
    private static final long MOST_BYTES = 1 << 20;

    private TeamsFile() {}

    static Map<String, Keys> entries(Keys keys) {
        return keys.namedMappings("teams", "The teams by name.");
    }

    /** @param ofKeys told of keys that cannot be used, which costs nobody the team */
    static Team read(String name, Keys keys, Consumer<Problem> ofKeys) {
        if (!Names.isName(name)) {
            keys.problem(keys.place(), Names.expected() + " for a team");
        }
        Optional<String> purpose = Lines.optional(keys, "purpose", "What the team looks after, in one line.");
        List<String> mail = keys.mails("mail", "Where mails for the team go; at least one address.");
        List<Contact> contacts =
                keys.mappings("contacts", "The people in the team, for whoever wants to reach them.").stream()
                        .map(inner -> contact(inner, ofKeys))
                        .toList();
        Optional<Rota> rota = keys.optionalFile(
                        "rota",
                        "A file that says who is on shift, and gets the mail: lines such as '2026-11-23 2026-11-30 ana', or"
                                + " iCalendar events whose summary is the contact's name. Without one, or while nobody is on"
                                + " shift, mail goes to the team.")
                .flatMap(file -> rota(keys, file, contacts));
        Optional<PublicKey> key = key(
                keys,
                ofKeys,
                "A file with the OpenPGP public key that mails to the team's own addresses are encrypted to.");
        DigestEvery digest = keys.oneOf(
                "digest",
                DigestEvery.NEVER,
                "Whether the team's own addresses get a mail each morning, or each Monday, that sums up what there was.");
        return new Team(name, purpose, mail, contacts, rota, key, digest, keys.place());
    }

    private static Optional<Rota> rota(Keys keys, Path file, List<Contact> contacts) {
        if (!CatalogStamp.counts(file)) {
            keys.problem("rota", "expected a file that ends with .txt or .ics: changes of others are not noticed");
            return Optional.empty();
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                keys.problem("rota", file + " is larger than " + MOST_BYTES + " bytes");
                return Optional.empty();
            }
            Rota rota = Rota.parse(Files.readString(file));
            List<String> names = contacts.stream().map(Contact::name).toList();
            for (Rota.Shift shift : rota.shifts()) {
                if (!names.contains(shift.name())) {
                    keys.problem(
                            "rota",
                            "no contact is named '" + Shown.oneLine(shift.name(), 100) + "', who has a shift in " + file
                                    + Names.didYouMean(shift.name(), names));
                    return Optional.empty();
                }
            }
            return Optional.of(rota);
        } catch (IOException e) {
            keys.problem("rota", "cannot read " + file + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            keys.problem("rota", file + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private static Contact contact(Keys keys, Consumer<Problem> ofKeys) {
        String name = Lines.required(keys, "name", "The person's name or nickname.");
        Optional<String> mail = keys.optionalMail("mail", "The person's own mail address.");
        Optional<String> openPgp = keys.optionalText(
                        "openpgp", "The fingerprint of the person's OpenPGP key: 40 or 64 hexadecimal digits.")
                .map(written -> written.replace(" ", ""));
        if (openPgp.isPresent() && !isFingerprint(openPgp.get())) {
            keys.problem("openpgp", "expected a fingerprint of 40 or 64 hexadecimal digits");
        }
        Optional<PublicKey> key = key(
                keys,
                ofKeys,
                "A file with the person's OpenPGP public key, ASCII-armoured: mails to this person are encrypted to it.");
        DigestEvery digest = keys.oneOf(
                "digest",
                DigestEvery.NEVER,
                "Whether this person gets a mail each morning, or each Monday, that sums up what the team had.");
        Optional<String> other = openPgp.filter(expected -> key.filter(known ->
                        !known.fingerprint().isEmpty() && !known.fingerprint().equalsIgnoreCase(expected))
                .isPresent());
        if (other.isPresent()) {
            ofKeys.accept(new Problem(
                    keys.place("openpgp-key"),
                    "'openpgp-key': the key in the file has the fingerprint "
                            + key.get().fingerprint()));
            return new Contact(name, mail, openPgp, Optional.of(PublicKey.unreadable()), digest);
        }
        return new Contact(name, mail, openPgp, key, digest);
    }

    private static Optional<PublicKey> key(Keys keys, Consumer<Problem> ofKeys, String doc) {
        Optional<Path> file = keys.optionalFile("openpgp-key", doc);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PublicKey.parse(new String(LocalFile.read(file.get()), StandardCharsets.US_ASCII)));
        } catch (LocalFault e) {
            ofKeys.accept(new Problem(keys.place("openpgp-key"), "'openpgp-key': " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            ofKeys.accept(
                    new Problem(keys.place("openpgp-key"), "'openpgp-key': " + file.get() + ": " + e.getMessage()));
        }
        return Optional.of(PublicKey.unreadable());
    }

    private static boolean isFingerprint(String text) {
        return (text.length() == 40 || text.length() == 64)
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    }
}
