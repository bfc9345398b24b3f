package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.Ports;
import io.faultline.demo.SshPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshCheckTest {
    @TempDir
    static Path folder;

    private static SshPeer server;
    private static SshPeer other;
    private static Path keyFile;

    @BeforeAll
    static void start() throws IOException {
        server = SshPeer.start(folder);
        other = SshPeer.start(folder);
        keyFile = Files.writeString(folder.resolve("key"), server.clientKey());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        other.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "banner: SSHD    | OK       | banner: SSH-2.0-",
                "banner: OpenSSH | CRITICAL | the SSH server has another banner",
            })
    void banners_are_judged(String more, Status status, String shown) {
        Result result = Trial.of("ssh", address(), more).run();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain     | OK       | OK the SSH server has the known host key",
                "hashed    | OK       | host key: ecdsa-sha2-nistp256 SHA256:",
                "several   | OK       | OK the SSH server has the known host key",
                "no port   | CRITICAL | the host key is not known",
                "empty     | CRITICAL | expected: a line for [127.0.0.1]:",
                "other key | CRITICAL | the host key is another one than the known",
                "revoked   | CRITICAL | the host key is revoked",
                "rubbish   | CRITICAL | the host key is not known",
                "missing   | UNKNOWN  | there is no file",
            })
    void host_keys_are_compared_with_the_file(String file, Status status, String shown) throws Exception {
        Trial.of("ssh", address(), "known-hosts: " + knownHosts(file)).expect(status, shown);
    }

    @Test
    void a_key_that_differs_is_shown_with_both_fingerprints() throws Exception {
        String shown = Trial.shown(Trial.of("ssh", address(), "known-hosts: " + knownHosts("other key"))
                .run());
        assertThat(shown).containsPattern("expected: ecdsa-sha2-nistp256 SHA256:[A-Za-z0-9+/]{43}\n");
        assertThat(shown).containsPattern("but was: ecdsa-sha2-nistp256 SHA256:[A-Za-z0-9+/]{43}\n");
        assertThat(shown).contains("what to do: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "key: {secret: mine}      | works   | OK       | the login works",
                "key-file: KEYFILE        | works   | OK       | the login works",
                "key: {secret: strange}   | works   | CRITICAL | the login is refused",
                "key: {secret: strange}   | refused | OK       | the login is refused, as it should be",
                "key: {secret: mine}      | refused | CRITICAL | the login works, though it must not",
                "key: {secret: rubbish}   | works   | UNKNOWN  | no private key can be read from secret rubbish",
                "key-file: /nonexistent   | works   | UNKNOWN  | there is no file /nonexistent",
            })
    void logins_are_judged(String key, String login, Status status, String shown) throws Exception {
        Result result = Trial.of(
                        "ssh",
                        address(),
                        "known-hosts: " + knownHosts("plain"),
                        "user: probe",
                        key.replace("KEYFILE", keyFile.toString()),
                        "login: " + login)
                .secret("mine", server.clientKey())
                .secret("strange", SshPeer.strangersKey())
                .secret("rubbish", "-----BEGIN OPENSSH PRIVATE KEY-----\nrubbish-rubbish\n")
                .run();
        assertThat(Trial.shown(result)).contains(shown).doesNotContain("rubbish-rubbish");
        assertThat(result.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | too many connections               | CRITICAL | the SSH session broke off",
                "14 | No supported methods               | OK       | the login is refused, as it should be",
            })
    void a_server_that_hangs_up_has_refused_the_login_only_if_it_says_so(
            int reason, String text, Status status, String shown) throws Exception {
        try (SshServer busy = SshServer.setUpDefaultServer()) {
            KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
            busy.setHost("127.0.0.1");
            busy.setPort(Ports.free());
            busy.setKeyPairProvider(KeyPairProvider.wrap(key));
            busy.setPublickeyAuthenticator((user, offered, session) -> {
                try {
                    session.disconnect(reason, text);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return false;
            });
            busy.start();
            String known = "[127.0.0.1]:" + busy.getPort() + " " + PublicKeyEntry.toString(key.getPublic()) + "\n";
            Trial.of(
                            "ssh",
                            "server: 127.0.0.1:" + busy.getPort(),
                            "known-hosts: " + Files.writeString(folder.resolve("busy"), known),
                            "user: probe",
                            "login: refused",
                            "key-file: " + keyFile)
                    .expect(status, shown);
        }
    }

    @Test
    void no_login_is_tried_where_the_server_is_not_the_known_one() throws Exception {
        Result result = Trial.of(
                        "ssh",
                        address(),
                        "known-hosts: " + knownHosts("other key"),
                        "user: probe",
                        "login: refused",
                        "key-file: " + keyFile)
                .run();
        assertThat(result.status()).isEqualTo(Status.CRITICAL);
        assertThat(result.summary()).isEqualTo("the host key is another one than the known");
    }

    @Test
    void known_hosts_is_never_written() throws Exception {
        Path file = knownHosts("empty");
        Trial.of("ssh", address(), "known-hosts: " + file).run();
        assertThat(file).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n",
                "220 mail.example.org ESMTP\r\n",
            })
    void another_protocol_is_named(String said) throws IOException {
        try (ScriptedServer server = ScriptedServer.saying(said)) {
            assertThat(Trial.shown(Trial.of("ssh", "server: '" + server.address() + "'")
                            .run()))
                    .startsWith("CRITICAL the server does not speak SSH, it says: " + said.strip());
        }
    }

    @Test
    void lines_before_the_banner_are_allowed_as_the_rfc_says() throws IOException {
        try (ScriptedServer server = ScriptedServer.saying("Welcome\r\nstranger\r\nSSH-2.0-Test\r\n")) {
            assertThat(Trial.shown(Trial.of("ssh", "server: '" + server.address() + "'")
                            .run()))
                    .contains("banner: SSH-2.0-Test");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "user: a                                          | expected both 'user' and a key",
                "key: {secret: a}                                 | expected both 'user' and a key",
                "{user: a, key: {secret: b}}                      | expected 'known-hosts' too",
                "{user: a, key: {secret: b}, key-file: c, known-hosts: d} | either 'key' or 'key-file'",
                "login: refused                                   | expected 'user' and a key too",
                "{user: a, key: hunter2, known-hosts: b}          | secret",
            })
    void mistakes_are_told(String yaml, String problem) {
        String lines = yaml.startsWith("{") ? yaml.replaceFirst("\\{", "{server: h, ") : "server: h\n" + yaml;
        assertThat(Trial.of("ssh", lines).problems())
                .anySatisfy(told -> assertThat(told).contains(problem))
                .noneSatisfy(told -> assertThat(told).contains("hunter2"));
    }

    private static String address() {
        return "server: '" + server.address() + "'";
    }

    private static Path knownHosts(String kind) throws Exception {
        String name = "[127.0.0.1]:" + server.address().port();
        String line = switch (kind) {
            case "plain" -> server.knownHostsLine();
            case "hashed" -> hashed(name) + " " + server.hostKeyEntry();
            case "several" ->
                "# a comment\n\nexample.org " + other.hostKeyEntry() + "\nexample.net," + name + " "
                        + server.hostKeyEntry();
            case "no port" -> "example.org " + server.hostKeyEntry();
            case "other key" -> name + " " + other.hostKeyEntry();
            case "revoked" -> server.knownHostsLine() + "\n@revoked * " + server.hostKeyEntry();
            case "rubbish" -> "\u0000\u0001 no such thing\n|1|x|y";
            default -> "";
        };
        Path file = folder.resolve("known_hosts-" + kind.replace(' ', '-'));
        if (!kind.equals("missing")) {
            Files.writeString(file, line.isEmpty() ? "" : line + "\n");
        }
        return file;
    }

    /** As ssh-keygen -H does it. */
    private static String hashed(String name) throws Exception {
        byte[] salt = new byte[20];
        new SecureRandom().nextBytes(salt);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(salt, "HmacSHA1"));
        Base64.Encoder encoder = Base64.getEncoder();
        return "|1|" + encoder.encodeToString(salt) + "|"
                + encoder.encodeToString(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)));
    }
}
