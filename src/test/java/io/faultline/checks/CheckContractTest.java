package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.CheckType;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.KeySpec;
import io.faultline.demo.SshPeer;
import io.faultline.net.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every type of check, also for those to come. */
class CheckContractTest {
    /** They speak to no server: what machines say of themselves is collected for them (see FactsReaderTest). */
    static final List<String> OVER_FACTS = List.of(
            "facts",
            "disk",
            "memory",
            "load",
            "puppet",
            "apt-indices",
            "systemd",
            "upgrades",
            "reboot",
            "clock",
            "consistency",
            "declared-state");

    private static final Duration DEADLINE = Duration.ofMillis(300);

    /** Far more than a check may take past its deadline on a busy machine; what hangs is there for ever. */
    private static final long GIVEN_UP_AFTER_SECONDS = 20;

    private static final long BUDGET = 1 << 20;

    /** Keys that every check has beside its own; the catalogue reads them. */
    private static final Set<String> COMMON = Set.of(
            "name",
            "title",
            "type",
            "machine",
            "every",
            "retry-every",
            "failures-before-alert",
            "timeout",
            "proxy",
            "route",
            "most-bytes");

    @TempDir
    static Path folder;

    /** How each type is pointed at a server; a type that is missing here fails the first test. */
    static Map<String, List<String>> pointedAt(HostPort server, Path folder) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        String at = "server: '" + server + "'";
        all.put("http", List.of("url: http://" + server + "/", "url: https://" + server + "/"));
        all.put("tls", List.of(at, at + "\nstarttls: smtp", at + "\nstarttls: imap", at + "\nstarttls: xmpp"));
        all.put("tcp", List.of(at + "\nexpect: never sent"));
        all.put("ssh", List.of(at, at + "\nknown-hosts: " + folder.resolve("empty")));
        all.put("smtp", List.of(at, at + "\ntls: true"));
        all.put("dns", List.of(at + "\nquery: example.org"));
        all.put(
                "apt-repository",
                List.of("url: http://" + server + "/\ndistribution: stable\nkeyring: " + folder.resolve("keyring")));
        all.put("git", List.of("url: git://" + server + "/r.git", "url: http://" + server + "/r.git"));
        all.put(
                "sftp",
                List.of(at + "\nuser: ada\nkey-file: " + folder.resolve("key") + "\nknown-hosts: "
                        + folder.resolve("empty")));
        String url = "url: http://" + server + "/";
        all.put("archive", List.of(url));
        all.put("mirror", List.of("origin: http://" + server + "/\nmirror: http://" + server + "/\ntrace: t"));
        all.put("links", List.of(url));
        all.put("nix-cache", List.of(url));
        all.put("domain", List.of("domain: example.org\nrdap: http://" + server + "/"));
        all.put("jenkins", List.of(url));
        all.put("icinga", List.of(url));
        all.put("bitcoind", List.of(url));
        all.put("bittorrent", List.of("tracker: http://" + server + "/announce\ninfo-hash: " + "0123456789".repeat(4)));
        String mail = at + "\nstarttls: true\nfrom: probe@example.org\nto: probe@example.org\nmailbox: {maildir: "
                + folder.resolve("maildir") + "}";
        all.put("mail-relay", List.of(mail));
        all.put("mailing-list", List.of(mail + "\nanswer-from: list@example.org"));
        all.put("xmpp", List.of(at + "\ndomain: example.org", at + "\ndomain: example.org\nsecurity: tls"));
        all.put("udp", List.of(at + "\nsend: hello"));
        all.put("mumble", List.of(at));
        // A program that knows of no port: it gets a name that nobody has.
        all.put("icmp", List.of("server: machine.invalid"));
        all.put("tor", List.of("control: '" + server + "'", "socks: '" + server + "'", "relay: '" + server + "'"));
        all.put("hardening", List.of("file: " + folder.resolve("plain.deb")));
        all.put("reproducible", List.of("first: " + folder.resolve("key") + "\nsecond: " + folder.resolve("keyring")));
        all.put("rsync", List.of(at + "\nmodules: [releases]"));
        // What these look at is collected elsewhere, and is not there.
        OVER_FACTS.forEach(type -> all.put(type, List.of("{}")));
        all.put("consistency", List.of("machines: [one, two]"));
        all.put("declared-state", List.of("list: " + folder.resolve("empty")));
        all.put("nagios", List.of("plugin: " + folder.resolve("plugin")));
        return all;
    }

    /** What {@link #pointedAt} names. */
    static void filesIn(Path folder) throws IOException {
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("plain.deb"), "no package");
        Files.createDirectories(folder.resolve("maildir/new"));
        Files.createDirectories(folder.resolve("maildir/cur"));
        Files.writeString(folder.resolve("key"), SshPeer.strangersKey());
        Files.write(folder.resolve("keyring"), AptFixture.keyring());
    }

    static Stream<CheckType> types() {
        return CheckTypes.ALL.stream();
    }

    @Test
    void every_type_is_pointed_at_servers_in_this_test() {
        assertThat(pointedAt(new HostPort("h", 1), folder).keySet())
                .containsExactlyInAnyOrderElementsOf(CheckTypes.names());
        assertThat(CheckTypes.names()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("types")
    void every_type_is_documented_and_its_example_can_be_read(CheckType type) {
        assertThat(type.name()).matches("[a-z][a-z0-9-]*");
        assertThat(type.summary()).endsWith(".").hasSizeBetween(20, 200);
        assertThat(type.about()).hasSizeGreaterThan(60);
        assertThat(type.example()).isNotBlank();
        assertThat(Trial.of(type.name(), type.example()).problems()).isEmpty();
        assertDocumented(type.keys());
        assertThat(type.keys().stream().map(KeySpec::name)).doesNotContainAnyElementsOf(COMMON);
    }

    private static void assertDocumented(List<KeySpec> keys) {
        assertThat(keys).isNotEmpty();
        for (KeySpec key : keys) {
            assertThat(key.name()).matches("[a-z][a-z0-9-]*");
            assertThat(key.doc()).as(key.name()).hasSizeGreaterThan(10).endsWith(".");
            if (!key.nested().isEmpty()) {
                assertDocumented(key.nested());
            }
        }
    }

    /** Servers that never come to an end, each in its own way. */
    private enum Endless {
        SILENT {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return ScriptedServer.saying("");
            }
        },
        DRIPPING {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return new ScriptedServer((client, in, out) -> {
                    byte[] text = "220-HTTP/1.1 200 OK\r\nSSH-2.0-* OK\r\n".getBytes(StandardCharsets.US_ASCII);
                    for (int i = 0; !over.await(50, TimeUnit.MILLISECONDS); i++) {
                        out.write(text[i % text.length]);
                        out.flush();
                    }
                });
            }
        },
        /** Without one line end. */
        ENDLESS_LINE {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return new ScriptedServer((client, in, out) -> repeat(out, "220-x".repeat(800)));
            }
        },
        ENDLESS_LINES {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return new ScriptedServer((client, in, out) -> repeat(out, "220-more\r\n".repeat(400)));
            }
        },
        ENDLESS_HEADER {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return new ScriptedServer((client, in, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
                    repeat(out, "X-Header: value\r\n".repeat(200));
                });
            }
        },
        ENDLESS_BODY {
            @Override
            ScriptedServer start(CountDownLatch over) throws IOException {
                return new ScriptedServer((client, in, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    repeat(out, "body ".repeat(800));
                });
            }
        };

        abstract ScriptedServer start(CountDownLatch over) throws IOException;

        /** Until the client hangs up, which is an IOException. */
        @SuppressWarnings("InfiniteLoopStatement")
        static void repeat(java.io.OutputStream out, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(bytes);
            }
        }
    }

    static Stream<Arguments> endless() {
        List<Arguments> all = new ArrayList<>();
        for (CheckType type : CheckTypes.ALL) {
            for (Endless endless : Endless.values()) {
                all.add(Arguments.of(type.name(), endless));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("endless")
    void no_check_outlasts_its_deadline_reads_without_limit_or_leaks(String type, Endless endless) throws Exception {
        filesIn(folder);
        Path pids = Files.writeString(folder.resolve("pids"), "");
        plugin(endless, pids);
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = endless.start(over)) {
            for (String yaml : pointedAt(server.address(), folder).get(type)) {
                long start = System.nanoTime();
                Result result =
                        Trial.of(type, yaml).within(DEADLINE).budget(BUDGET).run();
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                assertThat(result.status()).as(Trial.shown(result)).isIn(Status.CRITICAL, Status.UNKNOWN);
                assertThat(seconds).isLessThan(GIVEN_UP_AFTER_SECONDS);
                assertThat(result.summary()).isNotBlank().doesNotContain("the check itself failed");
                assertThat(server.everybodyHungUp())
                        .as("all connections are closed")
                        .isTrue();
                // Kernel buffers on both sides, and what the check may read.
                assertThat(server.sent()).isLessThan((server.accepted() + 1) * (BUDGET + (16 << 20)));
            }
        } finally {
            over.countDown();
        }
        for (String pid : Files.readAllLines(pids)) {
            var left = ProcessHandle.of(Long.parseLong(pid));
            if (left.isPresent()) {
                left.get().onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** A program that behaves as the server does. */
    private static void plugin(Endless endless, Path pids) throws IOException {
        String script = switch (endless) {
            case SILENT -> "exec sleep 1000";
            case DRIPPING -> "while :; do printf x; sleep 0.05; done";
            case ENDLESS_LINE -> "while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done";
            case ENDLESS_LINES, ENDLESS_BODY -> "exec yes";
            case ENDLESS_HEADER -> "exec yes 'x | y=1'";
        };
        Path file = folder.resolve("plugin");
        Files.writeString(file, "#!/bin/sh\necho $$ >> " + pids + "\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Servers and programs that send back what they were told. */
    @ParameterizedTest
    @MethodSource("types")
    void no_secret_is_shown(CheckType type) throws Exception {
        String secret = "hunter2-hunter2-\"<é>\"";
        filesIn(folder);
        Path file = folder.resolve("plugin");
        Files.writeString(file, "#!/bin/sh\necho \"$TOKEN\" \"| '$TOKEN'=1\"; echo \"$TOKEN\"; exit 2\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            byte[] asked = new byte[4096];
            int length = Math.max(0, in.read(asked));
            String all = new String(asked, 0, length, StandardCharsets.UTF_8) + " " + secret;
            out.write(("HTTP/1.1 500 " + all.replaceAll("[\r\n]+", " ") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
        })) {
            for (String yaml : pointedAt(server.address(), folder).get(type.name())) {
                String more = yaml;
                for (KeySpec key : type.keys()) {
                    if (key.kind() == KeySpec.Kind.SECRET) {
                        more += "\n" + key.name() + ": {secret: it}"
                                + (List.of("password", "token").contains(key.name()) ? "\nuser: ada" : "");
                    }
                }
                if (type.name().equals("nagios")) {
                    more += "\nsecrets: {TOKEN: {secret: it}}";
                }
                if (type.name().equals("tor")) {
                    more = "control: '" + server.address() + "'\npassword: {secret: it}";
                }
                if (List.of("ssh", "git", "sftp").contains(type.name())) {
                    more = (type.name().equals("git")
                                    ? "url: ssh://" + server.address() + "/r"
                                    : "server: '" + server.address() + "'")
                            + "\nknown-hosts: " + folder.resolve("empty")
                            + "\nuser: ada\nkey: {secret: it}\npassphrase: {secret: it}";
                }
                Result result = Trial.of(type.name(), more)
                        .secret("it", secret)
                        .within(Duration.ofSeconds(3))
                        .run();
                if (more.contains("secret: it")) {
                    assertThat(Trial.shown(result)).doesNotContain("hunter2");
                }
                assertThat(result.status()).isIn(Status.CRITICAL, Status.UNKNOWN);
            }
        }
    }
}
