package io.faultline.catalog;

import io.faultline.catalog.Team.Contact;
import io.faultline.config.Keys;
import io.faultline.config.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code teams.yaml}: teams by name. A mistake in one team loses that team and no other. */
final class TeamsFile {
    private TeamsFile() {}

    static Map<String, Keys> entries(Keys keys) {
        return keys.namedMappings("teams", "The teams by name.");
    }

    static Team read(String name, Keys keys) {
        if (!Names.isName(name)) {
            keys.problem(keys.place(), Names.expected() + " for a team");
        }
        Optional<String> purpose = Lines.optional(keys, "purpose", "What the team looks after, in one line.");
        List<String> mail = keys.mails("mail", "Where mails for the team go; at least one address.");
        if (!keys.has("mail") || mail.isEmpty()) {
            keys.problem(
                    keys.place("mail"),
                    "team '" + name + "' has no mail address; expected 'mail: somebody@example.org'");
        }
        List<Contact> contacts =
                keys.mappings("contacts", "The people in the team, for whoever wants to reach them.").stream()
                        .map(TeamsFile::contact)
                        .toList();
        return new Team(name, purpose, mail, contacts, keys.place());
    }

    private static Contact contact(Keys keys) {
        String name = Lines.required(keys, "name", "The person's name or nickname.");
        Optional<String> mail = keys.optionalMail("mail", "The person's own mail address.");
        Optional<String> openPgp = keys.optionalText(
                        "openpgp", "The fingerprint of the person's OpenPGP key: 40 or 64 hexadecimal digits.")
                .map(written -> written.replace(" ", ""));
        if (openPgp.isPresent() && !isFingerprint(openPgp.get())) {
            keys.problem("openpgp", "expected a fingerprint of 40 or 64 hexadecimal digits");
        }
        return new Contact(name, mail, openPgp);
    }

    private static boolean isFingerprint(String text) {
        return (text.length() == 40 || text.length() == 64)
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    }
}
