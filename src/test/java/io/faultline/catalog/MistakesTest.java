package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MistakesTest {
    private static final String HEAD = "service: bad\npurpose: A service with a mistake.\n";
    private static final String CHECK = HEAD + "checks:\n  - type: smtp\n    server: mail.example.org\n";

    @TempDir
    Path folder;

    /** A mistake in one file, and the one message that it makes. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("bad", "purpose: x\n", "1:1: 'service' is missing; expected 'service: name'"),
                mistake("bad", "service: bad\n", "1:1: 'purpose' is missing; expected 'purpose: text'"),
                mistake("bad", "service: bad\npurpose:\n", "2:9: expected a text, found nothing"),
                mistake(
                        "bad",
                        "service: Bad Service\npurpose: x\n",
                        "1:10: expected a name of lower-case letters, digits, '.', '_' and '-', found 'Bad Service'"),
                mistake(
                        "bad",
                        "service: catalogue\npurpose: x\n",
                        "1:10: the name 'catalogue' is kept for Faultline's own report on the catalogue"),
                mistake("bad", HEAD + "tool: [x]\n", "3:1: unknown key 'tool'; did you mean 'tools'?"),
                mistake("bad", HEAD + "purpose: again\n", "3:1: 'purpose' stands twice; the first one is at line 2"),
                mistake(
                        "bad",
                        "service: bad\npurpose: \"a\\eb\"\n",
                        "2:10: 'purpose': expected plain text, found control or invisible characters in it"),
                mistake("bad", HEAD + "tools: {a: b}\n", "3:8: expected a text, found 'key: value' lines"),
                mistake(
                        "bad",
                        HEAD + "importance: {users: highest}\n",
                        "3:21: expected one of low, medium, high, critical, found 'highest'"),
                mistake("bad", HEAD + "importance: {user: high}\n", "3:14: unknown key 'user'; did you mean 'users'?"),
                mistake(
                        "bad",
                        HEAD + "importance: critcal\n",
                        "3:13: expected one of low, medium, high, critical, found 'critcal'; did you mean 'critical'?"),
                mistake(
                        "bad",
                        HEAD + "depends-on: [good, godo]\n",
                        "3:20: no service or machine is named 'godo'; did you mean 'good'?"),
                mistake("bad", HEAD + "depends-on: bad\n", "3:13: 'depends-on' goes in a circle: bad -> bad"),
                mistake("bad", HEAD + "team: admin\n", "3:7: no team is named 'admin'; did you mean 'admins'?"),
                mistake(
                        "bad",
                        HEAD + "checks: {type: smtp}\n",
                        "3:9: expected a list under 'checks', each element after a '- ', found 'key: value' lines"),
                mistake("bad", HEAD + "checks: [smtp]\n", "3:10: expected 'key: value' lines, found 'smtp'"),
                mistake("bad", CHECK + "    starttsl: true\n", "6:5: unknown key 'starttsl'; did you mean 'starttls'?"),
                mistake("bad", CHECK + "    starttls: yes\n", "6:15: expected true or false, found 'yes'"),
                mistake(
                        "bad",
                        CHECK + "    every: 5 minutes\n",
                        "6:12: expected a length of time such as 30s, 5m, 12h or 7d, found '5 minutes'"),
                mistake("bad", CHECK + "    every: 1ms\n", "6:12: 'every': expected 1s at least, found 1ms"),
                mistake(
                        "bad",
                        CHECK + "    retry-every: 10ms\n",
                        "6:18: 'retry-every': expected 1s at least, found 10ms"),
                mistake("bad", CHECK + "    timeout: 2h\n", "6:14: 'timeout': expected 1h at most, found 2h"),
                mistake(
                        "bad",
                        CHECK + "    failures-before-alert: 0\n",
                        "6:28: expected a whole number from 1 to 100, found '0'"),
                mistake(
                        "bad",
                        CHECK + "    most-bytes: 1MB\n",
                        "6:17: expected a number of bytes such as 512, 64KiB or 10MiB, found '1MB'"),
                mistake(
                        "bad",
                        CHECK + "    most-bytes: 2GiB\n",
                        "6:17: 'most-bytes': expected a number of bytes from 1 to 1GiB, found 2GiB"),
                mistake(
                        "bad",
                        CHECK + "    proxy: http://127.0.0.1:8118\n",
                        "6:12: expected an address that starts with socks5://, found 'http://127.0.0.1:8118'"),
                mistake(
                        "bad",
                        CHECK + "    proxy: socks5://me:hunter2@127.0.0.1:9050\n",
                        "6:12: expected no user or password in an address"),
                mistake(
                        "bad",
                        CHECK + "    proxy: socks5://127.0.0.1:9050/x\n",
                        "6:12: 'proxy': expected nothing behind socks5://host:port"),
                mistake("bad", CHECK + "    machine: web2\n", "6:14: no machine is named 'web2'; did you mean 'web1'?"),
                mistake("bad", CHECK + "    machine: good\n", "6:14: no machine is named 'good'; that is a service"),
                mistake(
                        "bad",
                        CHECK + "    name: in box\n",
                        "6:11: expected a name of lower-case letters, digits, '.', '_' and '-', found 'in box'"),
                mistake(
                        "bad",
                        CHECK + "  - {type: smtp, server: x.example.org}\n",
                        "6:5: a second check named 'smtp', the first one is at line 4; give one of them another 'name'"),
                mistake(
                        "bad",
                        HEAD + "checks:\n  - type: smtp\n",
                        "4:5: 'server' is missing; expected 'server: host or host:port'"),
                mistake(
                        "machines",
                        "machines:\n  bad1: {address: 'http://web1/'}\n",
                        "2:19: 'address': expected a host name or address, without a port"),
                mistake(
                        "machines",
                        "machines:\n  bad1: {address: 'web1:80'}\n",
                        "2:19: 'address': expected a host name or address, without a port"),
                mistake(
                        "machines",
                        "machines:\n  Bad: {address: a.example.org}\n",
                        "2:3: expected a name of lower-case letters, digits, '.', '_' and '-' for a machine"),
                mistake(
                        "machines",
                        "machines:\n  bad1: {address: a.example.org, checks: [{type: smtp, machine: web1}]}\n",
                        "2:56: unknown key 'machine'"),
                mistake(
                        "machines",
                        "machine:\n  bad1: {address: a}\n",
                        "1:1: unknown key 'machine'; did you mean 'machines'?"),
                mistake(
                        "machines",
                        "machines:\n  - {address: a}\n",
                        "2:3: expected 'key: value' lines under 'machines', found a list"),
                mistake(
                        "teams",
                        "teams:\n  bad1: {purpose: x}\n",
                        "2:3: 'mail' is missing; expected 'mail: somebody@example.org'"),
                mistake(
                        "teams",
                        "teams:\n  bad1: {mail: []}\n",
                        "2:16: expected at least one mail address, found an empty list"),
                mistake(
                        "teams",
                        "teams:\n  bad1: {mail: post}\n",
                        "2:16: expected a mail address such as somebody@example.org, found 'post'"),
                mistake(
                        "teams",
                        "teams:\n  bad1: {mail: a@example.org, contacts: [{name: Ada, openpgp: ABCD}]}\n",
                        "2:63: 'openpgp': expected a fingerprint of 40 or 64 hexadecimal digits"),
                mistake(
                        "controller",
                        "mail:\n  server: mail.example.org\n  from: a@example.org\n  login: x\n  password: hunter2\n",
                        "5:13: expected {secret: its-name}; the value itself is kept in a file or the environment, never"
                                + " in the catalogue"),
                mistake(
                        "controller",
                        "mail: {server: mail.example.org, from: a@example.org, login: x}\n",
                        "1:62: 'login': expected a 'password' as well"),
                mistake(
                        "controller",
                        "mail: {server: mail.example.org, from: a@example.org, login: x, password: {secret: y}, security: none}\n",
                        "1:62: 'login': the password would travel unencrypted; expected 'security: starttls' or 'tls'"),
                mistake(
                        "controller",
                        "mail: {server: mail.example.org, from: a@example.org, security: ssl}\n",
                        "1:65: expected one of starttls, tls, none, found 'ssl'"),
                mistake(
                        "controller",
                        "mail: {from: a@example.org}\n",
                        "1:7: 'server' is missing; expected 'server: host or host:port'"),
                mistake("controller", "team: nobody\n", "1:7: no team is named 'nobody'"),
                mistake("controller", "at-once: 0\n", "1:10: expected a whole number from 1 to 10000, found '0'"),
                mistake(
                        "controller",
                        "defaults: {every: 10}\n",
                        "1:19: expected a length of time such as 30s, 5m, 12h or 7d, found '10'"));
    }

    private static Arguments mistake(String file, String yaml, String problem) {
        return arguments(file, yaml, problem);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isToldOnceAtItsPlaceAndLosesNothingElse(String file, String yaml, String problem) {
        CatalogFolder catalog = new CatalogFolder(folder)
                .goodService("good")
                .file("base/machines.yaml", "machines:\n  web1: {address: web1.example.org}\n")
                .file("base/teams.yaml", "teams:\n  admins: {mail: admins@example.org}\n")
                .file(file + ".yaml", yaml);
        assertThat(catalog.problems()).singleElement().asString().startsWith(file + ".yaml:" + problem);
        assertThat(catalog.problems()).noneMatch(text -> text.contains("hunter2"));
        Catalog read = catalog.read();
        assertThat(read.subject("good")).isPresent();
        assertThat(read.machine("web1")).isPresent();
        assertThat(read.teams()).map(Team::name).contains("admins");
    }

    @Test
    void tellsTwentyMistakesInSeveralFilesAndLosesNoGoodService() throws Exception {
        CatalogFolder catalog = new CatalogFolder(folder)
                .goodService("website")
                .goodService("dns")
                .goodService("mail")
                .file("machines.yaml", """
                        machines:
                          web1:
                            address: web1.example.org
                            at-once: 0
                          web2:
                            adress: web2.example.org
                          web3: {address: web3.example.org, importance: hgih}
                          web4:
                        """)
                .file("teams.yaml", """
                        teams:
                          admins:
                            mail: admins@example.org
                          web:
                            mail: web at example.org
                        """)
                .file("controller.yaml", """
                        team: admin
                        mail:
                          server: mail.example.org
                          from: faultline@example.org
                          login: faultline
                          password: correct horse battery staple
                        """)
                .file("apt.yaml", """
                        service: apt
                        purpose: Packages.
                        improtance: high
                        depends-on:
                          - web1
                          - webiste
                        checks:
                          - type: stmp
                            host: a.example.org
                          - type: smtp
                            server: mail.example.org
                            timeout: 10sec
                            every: 0s
                            starttls: on
                          - type: smtp
                            server: mail.example.org
                        """)
                .file("git.yaml", "service: git\npurpose: Code.\n\tchecks: []\n")
                .file("quote.yaml", "service: quote\npurpose: \"Never closed.\nteam: admins\n")
                .file("circle1.yaml", "service: circle1\npurpose: x\ndepends-on: circle2\n")
                .file("circle2.yaml", "service: circle2\npurpose: x\ndepends-on: circle1\n")
                .file("second.yaml", "service: dns\npurpose: Taken.\n");
        Files.write(
                folder.resolve("latin.yaml"), "service: latin\npurpose: Größe\n".getBytes(StandardCharsets.ISO_8859_1));

        List<String> lines = new ArrayList<>();
        catalog.problems().forEach(problem -> lines.add(problem.replaceFirst("^([^:]*:\\d+):.*", "$1")));
        assertThat(lines)
                .containsExactly(
                        "apt.yaml:3",
                        "apt.yaml:6",
                        "apt.yaml:8",
                        "apt.yaml:12",
                        "apt.yaml:13",
                        "apt.yaml:14",
                        "apt.yaml:15",
                        "circle1.yaml:3",
                        "circle2.yaml:3",
                        "controller.yaml:1",
                        "controller.yaml:6",
                        "git.yaml:3",
                        "latin.yaml:2",
                        "machines.yaml:4",
                        "machines.yaml:6",
                        "machines.yaml:7",
                        "machines.yaml:8",
                        "quote.yaml:2",
                        "second.yaml:1",
                        "teams.yaml:5")
                .hasSize(20);
        Catalog read = catalog.read();
        assertThat(read.services()).map(Service::name).containsExactly("circle1", "circle2", "dns", "mail", "website");
        assertThat(read.checks()).hasSize(3);
        assertThat(read.teams()).map(Team::name).containsExactly("admins");
    }

    @Test
    void limitsWhatOneFileMaySay() {
        CatalogFolder catalog = new CatalogFolder(folder).goodService("good");
        StringBuilder yaml = new StringBuilder(HEAD);
        for (int i = 0; i < 1000; i++) {
            yaml.append("key").append(i).append(": x\n");
        }
        catalog.file("bad.yaml", yaml.toString());
        assertThat(catalog.problems()).hasSize(101).contains("bad.yaml: more than 100 problems; the rest is not told");
    }
}
