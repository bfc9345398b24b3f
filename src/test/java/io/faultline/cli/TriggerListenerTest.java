package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.checks.CheckTypes;
import io.faultline.checks.PushedFacts;
import io.faultline.machine.HostKey;
import io.faultline.net.HttpListener.Answer;
import io.faultline.net.HttpListener.Request;
import io.faultline.run.SignedTrigger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerListenerTest {
    private static final HostKey ONE = new HostKey();
    private static final HostKey TWO = new HostKey();

    private final List<String> log = new ArrayList<>();
    private final TriggerListener listener = new TriggerListener(InstantSource.system(), log::add);
    private final List<String> started = new ArrayList<>();

    @TempDir
    Path folder;

    private Catalog catalog;

    @BeforeEach
    void use() throws IOException {
        Files.writeString(folder.resolve("machines.yaml"), """
                machines:
                  web1: {address: 192.0.2.1, checks: [{type: tcp, server: "192.0.2.1:22"}]}
                  one:
                    address: one.example.org
                    facts: {reports: {known-hosts: known_hosts}}
                    checks: [{type: facts}]
                  two:
                    address: two.example.org
                    facts: {ssh: {key: {secret: k}, known-hosts: known_hosts, port: 2222}}
                    checks: [{type: facts}]
                  db.1: {address: 192.0.2.2, checks: [{type: tcp, server: "192.0.2.2:22"}]}
                """);
        Files.writeString(
                folder.resolve("known_hosts"),
                ONE.knownHostsLine("one.example.org") + TWO.knownHostsLine("[two.example.org]:2222"));
        catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
        Map<String, String> known = Map.of("trigger-token", "of-all", "trigger-token-db-1", "of-db1");
        Secrets secrets = name -> {
            if (!known.containsKey(name.name())) {
                throw new SecretMissing("none");
            }
            return known.get(name.name());
        };
        listener.use(catalog, secrets, (machine, start) -> {
            started.add(machine + ": " + start.text());
            return OptionalInt.of(start.touched().size());
        });
    }

    private Answer post(String authorization, String body) {
        return listener.answer(new Request(
                "POST",
                "/trigger",
                authorization == null ? Map.of() : Map.of("authorization", authorization),
                body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aWordWithTheTokenStartsTheChecks() {
        Answer answer = post("Bearer of-all", "machine=web1&event=boot&status=two+words&boot-id=1&id=2&at=3");

        assertThat(answer).isEqualTo(new Answer(202, "testing web1 after a boot: 1 checks, now"));
        assertThat(post(basic("puppet:of-all"), "machine=web1&event=boot&boot-id=1")
                        .text())
                .isEqualTo("that boot was told before, so web1 has not been rebooted since; nothing was started");
        assertThat(started).containsExactly("web1: a boot, status two words, boot 1, told by HTTP");
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer of-all, machine=web1&event=upgrade, 202",
        "bearer of-all, machine=web1&event=upgrade, 202",
        "Bearer of-db1, machine=db.1&event=upgrade, 202",
        "Bearer of-all, machine=db.1&event=upgrade, 401",
        "Bearer of-db1, machine=web1&event=upgrade, 401",
        "Bearer, machine=web1&event=upgrade, 401",
        "Digest of-all, machine=web1&event=upgrade, 401",
        "Basic %%%, machine=web1&event=upgrade, 401",
        ", machine=web1&event=upgrade, 401",
        ", machine=none&event=upgrade, 401",
        "Bearer of-all, machine=none&event=upgrade, 404",
        "Bearer of-all, machine=web1&event=rain, 400",
        "Bearer of-all, '', 400",
        "Bearer of-all, machine=%zz, 400",
        "Bearer of-all, machine=web1&event=upgrade&status=%00, 202",
        "Bearer of-all, machine=web1&event=upgrade&id=%00, 400",
    })
    void eachWordIsAnswered(String authorization, String body, int status) {
        assertThat(post(authorization, body).status()).isEqualTo(status);
        assertThat(started).hasSize(status == 202 ? 1 : 0);
    }

    private Answer signed(HostKey key, String text, String purpose) {
        return listener.answer(new Request("POST", "/trigger", Map.of(), key.signed(text, purpose)));
    }

    private static String word(String machine, String id, long secondsAgo) {
        return "machine=" + machine + "&event=upgrade&status=&boot-id=&id=" + id + "&at=1&sent="
                + (Instant.now().getEpochSecond() - secondsAgo) + "\n";
    }

    @Test
    void aMachineTellsOfItselfByItsHostKeyAndOnce() {
        String first = word("one", "id1", 0);

        assertThat(signed(ONE, first, SignedTrigger.NAMESPACE).text()).startsWith("testing one after an upgrade");
        assertThat(signed(ONE, first, SignedTrigger.NAMESPACE).text()).isEqualTo("told before; nothing was started");
        assertThat(signed(TWO, word("two", "id1", 0), SignedTrigger.NAMESPACE).text())
                .startsWith("testing two after an upgrade");
        assertThat(started)
                .containsExactly(
                        "one: an upgrade, told by the machine itself", "two: an upgrade, told by the machine itself");
    }

    @Test
    void whatAMachineHasNotSignedForThisAndJustNowIsRefused() {
        String good = word("one", "id1", 0);
        String purpose = SignedTrigger.NAMESPACE;
        Map<String, Answer> answers = new LinkedHashMap<>();
        answers.put("another machine's key", signed(TWO, good, purpose));
        answers.put("a key that nobody knows", signed(new HostKey(), good, purpose));
        answers.put("another purpose", signed(ONE, good, PushedFacts.NAMESPACE));
        answers.put("too old", signed(ONE, word("one", "id1", 310), purpose));
        answers.put("from the future", signed(ONE, word("one", "id1", -310), purpose));
        answers.put("no time", signed(ONE, "machine=one&event=upgrade&id=1\n", purpose));
        answers.put("no moment", signed(ONE, "machine=one&event=upgrade&id=1&sent=9223372036854775807\n", purpose));
        answers.put("no id", signed(ONE, word("one", "", 0), purpose));
        answers.put("of a machine without a known key", signed(ONE, word("web1", "id1", 0), purpose));
        String changed = new String(ONE.signed(good, purpose), StandardCharsets.US_ASCII).replace("upgrade", "boot");
        answers.put("changed", post("Bearer of-all", changed));

        assertThat(answers)
                .allSatisfy((how, answer) ->
                        assertThat(answer.status()).as(how + answer).isEqualTo(401));
        assertThat(post("Bearer of-all", good + "-----BEGIN SSH SIGNATURE-----\nAAAA\n")
                        .status())
                .isEqualTo(400);
        assertThat(started).isEmpty();
    }

    @Test
    void whatIsToldAndWhatIsRefusedIsLogged() {
        post("Bearer of-all", "machine=web1&event=boot");
        post("Bearer wrong", "machine=web1&event=boot");

        assertThat(log)
                .containsExactly(
                        "word of web1 (boot): 202 testing web1 after a boot: 1 checks, now",
                        "word of web1 (boot): 401 expected the machine's token, as 'Authorization: Bearer TOKEN' or as a"
                                + " password");
    }

    @Test
    void aMachineWhoseOwnTokenCannotBeReadIsNotServedByThatOfAll() {
        listener.use(
                catalog,
                name -> {
                    if (name.name().equals("trigger-token")) {
                        return "of-all";
                    }
                    throw new SecretMissing("cannot be read", new IOException());
                },
                (machine, start) -> OptionalInt.of(1));

        assertThat(post("Bearer of-all", "machine=web1&event=boot").status()).isEqualTo(401);
    }

    @Test
    void whoAsksTooOftenIsNotHeard() {
        TriggerListener still = new TriggerListener(InstantSource.fixed(Instant.EPOCH), log::add);
        for (int i = 0; i < 200; i++) {
            still.answer(new Request("GET", "/", Map.of(), new byte[0]));
        }

        assertThat(still.answer(new Request("GET", "/", Map.of(), new byte[0])).status())
                .isEqualTo(429);
    }

    @Test
    void withoutATokenNobodyMayTell() {
        listener.use(
                catalog,
                name -> {
                    throw new SecretMissing("none");
                },
                (machine, start) -> OptionalInt.of(1));

        assertThat(post("Bearer ", "machine=web1&event=boot").status()).isEqualTo(401);
        assertThat(post("Bearer x", "machine=web1&event=boot").status()).isEqualTo(401);
    }

    @Test
    void otherRequestsAreRefused() {
        assertThat(listener.answer(new Request("GET", "/trigger", Map.of(), new byte[0]))
                        .status())
                .isEqualTo(405);
        assertThat(listener.answer(new Request("POST", "/", Map.of(), new byte[0]))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whatCannotBeStartedNowIsToldAgainLater() {
        listener.rest();
        assertThat(post("Bearer of-all", "machine=web1&event=upgrade&id=1").status())
                .isEqualTo(503);
        listener.use(catalog, name -> "of-all", (machine, start) -> OptionalInt.empty());
        assertThat(post("Bearer of-all", "machine=web1&event=upgrade&id=1").status())
                .isEqualTo(503);
        listener.use(catalog, name -> "of-all", (machine, start) -> OptionalInt.of(1));
        assertThat(post("Bearer of-all", "machine=web1&event=upgrade&id=1").text())
                .startsWith("testing web1");
    }
}
