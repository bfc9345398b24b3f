package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares a machine with a list of what should be there, and shows the difference. */
record DeclaredStateCheck(Path list, List<Compared> exactly) implements FactCheck {
    static final CheckType TYPE = CheckType.named("declared-state")
            .summary("The machine has what is declared: packages, units, listening ports, files by their hash.")
            .about("""
                    The list is a text file of lines as the agent prints them (`faultline-agent declared` on a machine that \
                    is right makes a first one): `package name=nginx`, with `version=…` if that matters; `unit name=… \
                    active=active`; `port number=443 protocol=tcp`, with `address=…`; `file path=… sha256=…`. What a line \
                    does not say may be as it likes. Kinds named in `exactly` are compared both ways: what is there and \
                    not declared is told too. The machine's agent must be started with `declared`; it hashes the files \
                    that the machine's own /etc/faultline/files names, and no others.""")
            .example("list: web.state\nexactly: [ports]")
            .reads(DeclaredStateCheck::read);

    private static final Set<Compared> DECLARABLE =
            Set.of(Compared.PACKAGES, Compared.UNITS, Compared.PORTS, Compared.FILES);

    DeclaredStateCheck {
        exactly = List.copyOf(exactly);
    }

    private static DeclaredStateCheck read(Keys keys) {
        DeclaredStateCheck check = new DeclaredStateCheck(
                keys.file("list", "The file with what is declared."),
                keys.someOf(
                        "exactly",
                        Compared.class,
                        "Kinds of which nothing else may be there: packages, units, ports, files."));
        if (!DECLARABLE.containsAll(check.exactly)) {
            keys.problem("exactly", "expected packages, units, ports or files");
        }
        return check;
    }

    @Override
    public Result judge(Facts facts, Instant now) throws IOException {
        Map<String, List<Facts.Line>> declared = declared();
        Findings findings = new Findings();
        int number = 0;
        for (Compared what : Compared.values()) {
            List<Facts.Line> wanted = declared.getOrDefault(what.kind(), List.of());
            if (wanted.isEmpty() && !exactly.contains(what)) {
                continue;
            }
            number += wanted.size();
            if (what != Compared.FILES && what.untold(facts).isPresent()) {
                return Result.unknown("the machine does not tell its " + what.source() + ": "
                        + what.untold(facts).get());
            }
            wanted.forEach(line -> compare(what, line, facts, findings));
            if (exactly.contains(what)) {
                others(what, wanted, facts, findings);
            }
        }
        findings.measured("declared", number, "");
        return findings.result("all " + number + " that is declared is there");
    }

    private Map<String, List<Facts.Line>> declared() throws LocalFault {
        try {
            Map<String, List<Facts.Line>> declared = FactsReader.readLines(LocalFile.read(list));
            for (Map.Entry<String, List<Facts.Line>> kind : declared.entrySet()) {
                Compared what = DECLARABLE.stream()
                        .filter(known -> known.kind().equals(kind.getKey()))
                        .findFirst()
                        .orElseThrow(() -> new LocalFault(list
                                + ": expected lines of package, unit, port or file, found '" + kind.getKey() + "'"));
                kind.getValue().forEach(what::item);
            }
            return declared;
        } catch (ProtocolFault | IllegalArgumentException e) {
            throw new LocalFault(list + ": " + e.getMessage(), e);
        }
    }

    private static void compare(Compared what, Facts.Line wanted, Facts facts, Findings findings) {
        String item = what.item(wanted);
        List<Facts.Line> found = facts.all(what.kind()).stream()
                .filter(line -> what.item(line).equals(item))
                .toList();
        if (found.isEmpty()) {
            findings.wrong(item + " is not there");
        } else if (found.stream()
                .noneMatch(line ->
                        line.values().entrySet().containsAll(wanted.values().entrySet()))) {
            findings.wrong(item + " is " + found.stream().map(what::value).collect(Collectors.joining(", "))
                    + ", declared is " + declared(wanted));
        }
    }

    private static String declared(Facts.Line wanted) {
        return wanted.values().entrySet().stream()
                .filter(entry -> !Set.of("name", "path", "number", "protocol").contains(entry.getKey()))
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static void others(Compared what, List<Facts.Line> wanted, Facts facts, Findings findings) {
        Set<String> known = wanted.stream().map(what::item).collect(Collectors.toSet());
        what.values(facts).forEach((item, value) -> {
            if (!known.contains(item)) {
                findings.wrong(item + " is there (" + value + "), and not declared");
            }
        });
    }
}
