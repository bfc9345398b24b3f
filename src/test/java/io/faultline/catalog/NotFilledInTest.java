package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Attempt;
import io.faultline.check.Check;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.SecretMissing;
import io.faultline.check.SecretNames;
import io.faultline.check.Status;
import io.faultline.config.SecretName;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import io.faultline.net.Route;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks copied from an example, before somebody has written the real hosts. */
class NotFilledInTest {
    @TempDir
    Path folder;

    private CheckDefinition definition(String lines) {
        return new CatalogFolder(folder)
                .file("x.yaml", "service: x\npurpose: x\nchecks:\n  - " + lines.replace(";", "\n    ") + "\n")
                .read()
                .checks()
                .findFirst()
                .orElseThrow();
    }

    private static Result run(Check check) {
        return Attempt.of(
                check,
                new Probe(
                        new Dialer(
                                Lifetime.of(Duration.ofSeconds(5)),
                                Route.DIRECT,
                                (host, lifetime) -> {
                                    throw new UnknownHostException("looked up");
                                },
                                1000),
                        name -> {
                            if (name.equals(new SecretName("there"))) {
                                return "correct-horse";
                            }
                            throw new SecretMissing("no secret " + name);
                        },
                        () -> Instant.EPOCH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type: http;url: https://www.fill-in.invalid/",
                "type: tcp;server: www.fill-in.invalid:99",
                "type: dns;server: 192.0.2.1;query: example.org;record: soa;same-serial-on: [www.fill-in.invalid]",
                "type: nagios;plugin: /bin/true;arguments: [-H, www.fill-in.invalid]",
                "type: rsync;server: www.fill-in.invalid;modules: [a]",
            })
    void says_what_is_missing_and_connects_to_nobody(String lines) {
        CheckDefinition definition = definition(lines);
        Result result = run(definition.check());
        assertThat(result.status()).isEqualTo(Status.UNKNOWN);
        assertThat(result.summary())
                .contains("to be filled in: www.fill-in.invalid")
                .doesNotContain("looked up");
        assertThat(definition.failuresBeforeAlert()).as("sure at once").isEqualTo(1);
    }

    @Test
    void names_all_hosts_secrets_and_files_at_once() {
        Check check = definition("type: mail-relay;server: mail.fill-in.invalid;starttls: true;ca-file: ca.pem"
                        + ";from: probe@fill-in.invalid;to: probe@example.org"
                        + ";mailbox: {imap: imap.example.org, user: u, password: {secret: absent}}"
                        + ";user: u;password: {secret: there}")
                .check();
        Result result = run(check);
        assertThat(result.summary()).isEqualTo("to be filled in: mail.fill-in.invalid, probe@fill-in.invalid");
        assertThat(result.facts())
                .map(Fact::toString)
                .containsExactlyInAnyOrder("and: no secret absent", "and: the file " + folder.resolve("ca.pem"));
        assertThat(SecretNames.of(check)).containsExactly("absent", "there");
    }

    @Test
    void takes_the_address_of_a_machine_into_account() {
        CatalogFolder catalog = new CatalogFolder(folder)
                .file("machines.yaml", "machines:\n  a: {address: a.fill-in.invalid, checks: [{type: ssh}]}\n");
        assertThat(run(catalog.read().checks().findFirst().orElseThrow().check())
                        .summary())
                .isEqualTo("to be filled in: a.fill-in.invalid");
    }

    @Test
    void a_check_that_is_filled_in_is_the_check_itself() {
        assertThat(definition("type: http;url: https://fill-in.invalid.example.org/")
                        .check())
                .isNotInstanceOf(NotFilledIn.class);
    }
}
