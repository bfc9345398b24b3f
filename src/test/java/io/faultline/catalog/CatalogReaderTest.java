package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.faultline.catalog.Settings.Defaults;
import io.faultline.catalog.Settings.Mail;
import io.faultline.catalog.Settings.Security;
import io.faultline.catalog.Team.Contact;
import io.faultline.check.Attempt;
import io.faultline.check.CheckId;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Problem;
import io.faultline.config.SecretName;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.Lifetime;
import io.faultline.net.Route;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogReaderTest {
    @TempDir
    Path folder;

    private CatalogFolder catalog() {
        return new CatalogFolder(folder);
    }

    @Test
    void readsAServiceWithAllItsKeys() {
        Catalog catalog = catalog()
                .file("machines.yaml", """
                        machines:
                          mx1: {address: mx1.example.org, purpose: Mail, at-once: 2, importance: high, depends-on: host1}
                          host1:
                            address: 192.0.2.1
                            checks:
                              - type: smtp
                        """)
                .file("teams.yaml", """
                        teams:
                          post:
                            purpose: Looks after mail.
                            mail: [post@example.org, pager@example.org]
                            contacts:
                              - {name: Ada, mail: ada@example.org, openpgp: 0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567}
                              - {name: Ben}
                        """)
                .file("mail.yaml", """
                        service: mail
                        purpose: >
                          Takes mail
                          for the project.
                        access: Everybody.
                        tools: postfix
                        configuration: https://git.example.org/puppet/mail
                        importance: {users: critical, release: low}
                        team: post
                        depends-on: [mx1]
                        checks:
                          - type: smtp
                            name: in
                            title: Mail from outside
                            machine: mx1
                            every: 1m
                            retry-every: 10s
                            failures-before-alert: 2
                            timeout: 20s
                            proxy: socks5://127.0.0.1:9050
                            most-bytes: 64KiB
                            starttls: true
                          - type: smtp
                            server: other.example.org:2525
                        """)
                .read();

        assertThat(catalog.problems()).isEmpty();
        Service mail = (Service) catalog.subject("mail").orElseThrow();
        assertThat(mail.purpose()).isEqualTo("Takes mail for the project.");
        assertThat(mail.access()).contains("Everybody.");
        assertThat(mail.tools()).containsExactly("postfix");
        assertThat(mail.configuration()).contains("https://git.example.org/puppet/mail");
        assertThat(mail.needs()).isEqualTo(new Needs(Importance.CRITICAL, Importance.LOW, Importance.LOW));
        assertThat(mail.dependsOn()).containsExactly("mx1");
        assertThat(mail.place()).hasToString(folder + "/mail.yaml:1:10");

        CheckDefinition in = mail.checks().get(0);
        assertThat(in.id()).isEqualTo(new CheckId("mail", "in"));
        assertThat(in.title()).isEqualTo("Mail from outside");
        assertThat(in.check().toString()).contains("mx1.example.org:25");
        assertThat(in.machine()).contains("mx1");
        assertThat(in.every()).isEqualTo(Duration.ofMinutes(1));
        assertThat(in.retryEvery()).isEqualTo(Duration.ofSeconds(10));
        assertThat(in.failuresBeforeAlert()).isEqualTo(2);
        assertThat(in.timeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(in.route()).isEqualTo(new Route.Socks5(new HostPort("127.0.0.1", 9050)));
        assertThat(in.mostBytes()).isEqualTo(65_536);

        CheckDefinition other = mail.checks().get(1);
        assertThat(other.id().name()).isEqualTo("smtp");
        assertThat(other.title()).isEqualTo("smtp");
        assertThat(other.check().toString()).contains("other.example.org:2525");
        assertThat(other.machine()).isEmpty();
        assertThat(other.route()).isEqualTo(Route.DIRECT);
        assertThat(List.of(other.every(), other.retryEvery(), other.timeout()))
                .containsExactly(Defaults.SHIPPED.every(), Defaults.SHIPPED.retryEvery(), Defaults.SHIPPED.timeout());

        Machine mx1 = catalog.machine("mx1").orElseThrow();
        assertThat(mx1.atOnce()).contains(2);
        assertThat(mx1.ownImportance()).isEqualTo(Importance.HIGH);
        Machine host1 = catalog.machine("host1").orElseThrow();
        assertThat(host1.checks().get(0).check().toString()).contains("192.0.2.1:25");
        assertThat(host1.checks().get(0).machine()).contains("host1");
        assertThat(host1.atOnce()).isEmpty();

        Team post = catalog.teamOf("mail").orElseThrow();
        assertThat(post.mail()).containsExactly("post@example.org", "pager@example.org");
        assertThat(post.contacts())
                .containsExactly(
                        new Contact(
                                "Ada",
                                Optional.of("ada@example.org"),
                                Optional.of("0123456789ABCDEF0123456789ABCDEF01234567")),
                        new Contact("Ben", Optional.empty(), Optional.empty()));
        assertThat(catalog.importance("host1")).isEqualTo(Importance.CRITICAL);
        assertThat(catalog.dependants("host1")).containsExactly("mail", "mx1");
    }

    @Test
    void readsTheControllersSettings() {
        Catalog catalog = catalog()
                .goodService("web")
                .file("teams.yaml", "teams: {admins: {mail: admins@example.org}}")
                .file("controller.yaml", """
                        state: ../faultline.db
                        overview: /srv/overview
                        junit: junit
                        secrets: /etc/faultline/secrets
                        team: admins
                        at-once: 7
                        per-machine: 3
                        mail:
                          server: mail.example.org
                          security: tls
                          login: faultline
                          password: {secret: smtp-password}
                          from: faultline@example.org
                          timeout: 1m
                        defaults:
                          every: 10m
                          failures-before-alert: 2
                        """)
                .read();
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.settings())
                .isEqualTo(new Settings(
                        folder.resolveSibling("faultline.db"),
                        Optional.of(Path.of("/srv/overview")),
                        Optional.of(folder.resolve("junit")),
                        Optional.of(Path.of("/etc/faultline/secrets")),
                        Optional.of("admins"),
                        Optional.of(new Mail(
                                new HostPort("mail.example.org", 465),
                                Security.TLS,
                                Optional.of("faultline"),
                                Optional.of(new SecretName("smtp-password")),
                                "faultline@example.org",
                                "faultline.example.org",
                                Optional.empty(),
                                Duration.ofMinutes(1))),
                        7,
                        3,
                        Duration.ofDays(90),
                        new Defaults(
                                Duration.ofMinutes(10),
                                Defaults.SHIPPED.retryEvery(),
                                new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.SHIPPED),
                                Defaults.SHIPPED.timeout(),
                                Defaults.SHIPPED.mostBytes())));
        CheckDefinition check = catalog.checks().findFirst().orElseThrow();
        assertThat(check.every()).isEqualTo(Duration.ofMinutes(10));
        assertThat(catalog.teamOf("web")).map(Team::name).contains("admins");
    }

    @Test
    void readsWhatIsDoneWhenMailDoesNotLeave() {
        Catalog catalog =
                catalog().goodService("web").file("controller.yaml", """
                        mail:
                          server: mail.example.org
                          from: faultline@example.org
                          fallback: {server: mx.example.net, security: tls}
                          fallback-to: ops@example.net
                          signing: {key: {secret: openpgp-key}}
                        alerts:
                          heartbeat:
                            every: 5m
                            file: /run/faultline/alive
                            ping: https://watch.example.net/faultline
                            mail: watch@example.net
                        """).read();
        assertThat(catalog.problems()).isEmpty();
        Mail mail = catalog.settings().mail().orElseThrow();
        assertThat(mail.second()).map(Mail::server).contains(new HostPort("mx.example.net", 465));
        assertThat(mail.second()).map(Mail::from).contains("faultline@example.org");
        assertThat(mail.fallbackTo()).contains("ops@example.net");
        assertThat(mail.signing()).contains(new Settings.Signing(new SecretName("openpgp-key"), Optional.empty()));
        assertThat(catalog.settings().alerts().heartbeat())
                .contains(new AlertPolicy.Heartbeat(
                        Duration.ofMinutes(5),
                        Optional.of(Path.of("/run/faultline/alive")),
                        Optional.of(URI.create("https://watch.example.net/faultline")),
                        Optional.of("watch@example.net"),
                        Duration.ofDays(1)));
    }

    @Test
    void readsKeysThatMailIsEncryptedTo() throws Exception {
        OpenPGPKey key =
                new BcOpenPGPApi().generateKey(4).classicKey("ana@example.org").build();
        PublicKey known = PublicKey.parse(key.toCertificate().toAsciiArmoredString());
        CatalogFolder files = catalog()
                .goodService("web")
                .file("ana.asc", known.armoured())
                .file("secret.asc", key.toAsciiArmoredString());
        Catalog good = files.file(
                        "teams.yaml", """
                teams:
                  admins:
                    mail: admins@example.org
                    openpgp-key: ana.asc
                    contacts:
                      - {name: ana, mail: ana@example.org, openpgp-key: ana.asc, openpgp: %s}
                      - {name: ben, mail: ben@example.org, openpgp: %s}
                      - {name: cleo, mail: cleo@example.org}
                """.formatted(known.fingerprint().toLowerCase(Locale.ROOT), "B".repeat(40)))
                .read();
        assertThat(good.problems()).isEmpty();
        assertThat(good.teams().iterator().next().encrypted())
                .isEqualTo(Map.of(
                        "admins@example.org", List.of(known),
                        "ana@example.org", List.of(known),
                        "ben@example.org", List.of()));
        Catalog bad = files.file("teams.yaml", """
                teams:
                  admins: {mail: admins@example.org, openpgp-key: secret.asc}
                  others:
                    mail: others@example.org
                    contacts:
                      - {name: ana, mail: ana@example.org, openpgp-key: ana.asc, openpgp: %s}
                """.formatted("B".repeat(40))).read();
        assertThat(bad.problems())
                .extracting(problem -> problem.place().line(), Problem::message)
                .satisfiesExactly(
                        one -> assertThat(one.toString()).startsWith("(2, ").contains("this is a secret key"),
                        two -> assertThat(two.toString()).startsWith("(6, ").contains(known.fingerprint()));
        // They lose no team, and get nothing in clear.
        assertThat(bad.teams())
                .hasSize(2)
                .allSatisfy(team -> assertThat(team.encrypted().values())
                        .singleElement()
                        .satisfies(found -> assertThat(
                                        catchThrowable(() -> found.get(0).forEncryption(Instant.EPOCH)))
                                .isInstanceOf(PublicKey.Unusable.class)));
    }

    @Test
    void worksWithoutSettings() {
        Settings settings = catalog().goodService("web").read().settings();
        assertThat(settings.state()).isEqualTo(CatalogFolder.STATE);
        assertThat(settings.mail()).isEmpty();
        assertThat(settings.defaults()).isEqualTo(Defaults.SHIPPED);
        assertThat(settings.atOnce()).isPositive();
        assertThat(settings.perMachine()).isPositive();
    }

    @Test
    void keepsWhatIsGoodInSettingsWithAMistake() {
        Catalog catalog =
                catalog().goodService("web").file("controller.yaml", """
                        state: /var/lib/faultline/state.db
                        at-once: many
                        mail: {server: mail.example.org, from: a@example.org, secuirty: tls}
                        """).read();
        assertThat(catalog.problems()).hasSize(2);
        assertThat(catalog.settings().state()).isEqualTo(Path.of("/var/lib/faultline/state.db"));
        assertThat(catalog.settings().mail()).map(Mail::security).contains(Security.STARTTLS);
    }

    @Test
    void losesOneMachineByAMistakeInIt() {
        Catalog catalog =
                catalog().file("machines.yaml", """
                        machines:
                          web1: {address: web1.example.org, at-once: none}
                          web2: {address: web2.example.org}
                          web3: {}
                        """).file("web.yaml", """
                        service: web
                        purpose: Pages.
                        depends-on: [web1, web2, web3]
                        checks:
                          - {type: smtp, name: one, machine: web1}
                          - {type: smtp, name: two, machine: web2}
                          - {type: smtp, name: three, machine: web3}
                          - {type: smtp, name: four, machine: web3, server: else.example.org}
                        """).read();
        assertThat(catalog.problems())
                .extracting(problem -> problem.place().line(), problem -> problem.message())
                .containsExactly(
                        tuple(2, "expected a whole number from 1 to 1000, found 'none'"),
                        tuple(4, "'address' is missing; expected 'address: text'"));
        assertThat(catalog.machines()).map(Machine::name).containsExactly("web2");
        // All four checks are there: with an address where one could be read, otherwise saying that it is missing.
        List<CheckDefinition> checks = catalog.checks().toList();
        assertThat(checks).map(check -> check.id().name()).containsExactly("one", "two", "three", "four");
        assertThat(checks.get(0).check().toString()).contains("web1.example.org:25");
        assertThat(checks.get(3).check().toString()).contains("else.example.org:25");
        Result result = run(checks.get(2));
        assertThat(result.status()).isEqualTo(Status.UNKNOWN);
        assertThat(result.summary()).isEqualTo("the address of machine 'web3' is not known");
    }

    @Test
    void doesNotCallReferencesToRefusedFilesDangling() {
        CatalogFolder catalog = catalog()
                .file("machines.yaml", "machines:\n  web1:\n    address: \"x\n")
                .file("teams.yaml", "teams: {admins: {mail: [a@example.org}}}\n")
                .file("dns.yaml", "service: dns\npurpose: x\n\tchecks: y\n")
                .file("other-name.yaml", "service: mail\npurpos: x\n")
                .file("web.yaml", """
                        service: web
                        purpose: Pages.
                        team: admins
                        depends-on: [web1, dns, mail]
                        checks: [{type: smtp, machine: web1}]
                        """);
        assertThat(catalog.problems()).hasSize(4).noneMatch(problem -> problem.startsWith("web.yaml"));
        Catalog read = catalog.read();
        assertThat(read.services()).map(Service::name).containsExactly("web");
        assertThat(read.dependencies("web")).contains("dns", "mail", "web1");
    }

    @Test
    void leavesOutAReferenceThatLeadsNowhereAndKeepsTheService() {
        Catalog catalog = catalog().goodService("dns").file("web.yaml", """
                        service: web
                        purpose: Pages.
                        team: nobody
                        depends-on: [dns, gone]
                        checks: [{type: smtp, server: web.example.org}]
                        """).read();
        assertThat(catalog.problems()).hasSize(2);
        Subject web = catalog.subject("web").orElseThrow();
        assertThat(web.dependsOn()).containsExactly("dns");
        assertThat(web.team()).isEmpty();
        assertThat(web.checks()).hasSize(1);
    }

    @Test
    void breaksCirclesAndKeepsTheServices() {
        CatalogFolder catalog = catalog()
                .file("machines.yaml", "machines:\n  ns1: {address: ns1.example.org, depends-on: dns}\n")
                .file("dns.yaml", "service: dns\npurpose: x\nchecks: [{type: smtp, machine: ns1}]\n")
                .file("a.yaml", "service: a\npurpose: x\ndepends-on: b\n")
                .file("b.yaml", "service: b\npurpose: x\ndepends-on: [dns, c]\n")
                .file("c.yaml", "service: c\npurpose: x\ndepends-on: [a, c]\n")
                .file("outside.yaml", "service: outside\npurpose: x\ndepends-on: a\n");
        assertThat(catalog.problems())
                .containsExactly(
                        "a.yaml:3:13: 'depends-on' goes in a circle: a -> b -> c -> a",
                        "b.yaml:3:19: 'depends-on' goes in a circle: b -> c -> a -> b",
                        "c.yaml:3:14: 'depends-on' goes in a circle: c -> a -> b -> c",
                        "c.yaml:3:17: 'depends-on' goes in a circle: c -> c",
                        "machines.yaml:2:47: 'depends-on' goes in a circle: ns1 -> dns -> ns1");
        Catalog read = catalog.read();
        assertThat(read.services()).map(Service::name).containsExactly("a", "b", "c", "dns", "outside");
        assertThat(read.subjects())
                .allSatisfy(subject -> assertThat(read.dependencies(subject.name()))
                        .noneMatch(other -> read.dependencies(other).contains(subject.name())));
        assertThat(read.dependencies("outside")).containsExactly("a");
        assertThat(read.dependencies("b")).containsExactly("dns", "ns1");
    }

    @Test
    void findsALongCircleWithoutExhaustingTheStack() {
        CatalogFolder catalog = catalog();
        StringBuilder machines = new StringBuilder("machines:\n");
        int count = 5000;
        for (int i = 0; i < count; i++) {
            machines.append("  m%d: {address: m.example.org, depends-on: m%d}\n".formatted(i, i + 1));
        }
        catalog.file("machines.yaml", machines + "  m" + count + ": {address: m.example.org}\n");
        Catalog read = catalog.read();
        assertThat(read.problems()).isEmpty();
        assertThat(read.dependencies("m0")).hasSize(count);
    }

    @Test
    void givesATakenNameToTheFirst() {
        CatalogFolder catalog = catalog()
                .file("machines.yaml", "machines:\n  web: {address: web.example.org}\n")
                .file("a/dns.yaml", "service: dns\npurpose: first\n")
                .file("b/dns.yaml", "service: dns\npurpose: second\n")
                .file("web.yaml", "service: web\npurpose: x\n");
        assertThat(catalog.problems())
                .containsExactly(
                        "b/dns.yaml:1:10: the name 'dns' is taken already, at a/dns.yaml:1:10; services and machines"
                                + " share their names",
                        "web.yaml:1:10: the name 'web' is taken already, at machines.yaml:2:3; services and machines"
                                + " share their names");
        assertThat(catalog.read().services()).map(Service::purpose).containsExactly("first");
    }

    @Test
    void changesTheFingerprintWithTheDefinitionOnly() {
        String before = fingerprint("checks:\n  - {type: smtp, server: a.example.org}", "5m");
        assertThat(fingerprint("checks: # comment\n  - server: a.example.org\n    type: smtp", "5m"))
                .isEqualTo(before);
        assertThat(fingerprint("checks:\n  - {type: smtp, server: b.example.org}", "5m"))
                .isNotEqualTo(before);
        assertThat(fingerprint("checks:\n  - {type: smtp, server: a.example.org}", "6m"))
                .isNotEqualTo(before);
    }

    private String fingerprint(String checks, String every) {
        return catalog()
                .file("x.yaml", "service: x\npurpose: x\n" + checks)
                .file("controller.yaml", "defaults: {every: " + every + "}")
                .read()
                .checks()
                .findFirst()
                .orElseThrow()
                .fingerprint();
    }

    @Test
    void tellsThatNothingIsDescribed() {
        assertThat(catalog()
                        .file("teams.yaml", "teams: {a: {mail: a@example.org}}")
                        .problems())
                .containsExactly(folder + ": no service and no machine is described here; expected a YAML file for each"
                        + " service");
        assertThat(CatalogFolder.readAll(folder.resolve("nowhere")).problems())
                .map(problem -> problem.message())
                .containsExactly("no such file or folder");
        assertThat(CatalogFolder.readAll().problems()).hasSize(1);
    }

    @Test
    void reportsItsOwnProblemsAsAService() {
        Catalog good = catalog().goodService("web").read().withOwnReport();
        CheckDefinition check =
                good.subject(Catalog.OWN_NAME).orElseThrow().checks().get(0);
        assertThat(check.id()).hasToString("catalogue/files");
        assertThat(check.failuresBeforeAlert()).isEqualTo(1);
        assertThat(run(check).status()).isEqualTo(Status.OK);

        Catalog bad = catalog().file("bad.yaml", "service: bad\n").read().withOwnReport();
        Result result = run(bad.subject(Catalog.OWN_NAME).orElseThrow().checks().get(0));
        assertThat(result.status()).isEqualTo(Status.CRITICAL);
        assertThat(result.summary()).isEqualTo("a mistake in the catalogue, at " + folder + "/bad.yaml:1:1");
        assertThat(result.facts()).map(Object::toString).anyMatch(fact -> fact.contains("'purpose' is missing"));
    }

    @Test
    void tellsTheDefaultTeamWhenTheOwnTeamIsRefused() {
        Catalog catalog = catalog()
                .file("teams.yaml", "teams:\n  admins: {mail: admins@example.org}\n  web: {mail: nowhere}\n")
                .file("controller.yaml", "team: admins\n")
                .file("web.yaml", "service: web\npurpose: x\nteam: web\n")
                .read();
        assertThat(catalog.problems()).hasSize(1);
        assertThat(catalog.teamOf("web")).map(Team::name).contains("admins");
    }

    private static Result run(CheckDefinition definition) {
        Dialer dialer = new Dialer(
                Lifetime.of(Duration.ofSeconds(5)),
                Route.DIRECT,
                (host, lifetime) -> {
                    throw new UnknownHostException(host);
                },
                1000);
        return Attempt.of(
                definition.check(),
                new Probe(
                        dialer,
                        secret -> {
                            throw new AssertionError("no secret is needed");
                        },
                        InstantSource.system()));
    }
}
