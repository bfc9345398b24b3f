package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.checks.CheckTypes;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import io.faultline.history.Changes;
import io.faultline.history.StateStore;
import io.faultline.machine.AgentRoot;
import io.faultline.net.SystemResolver;
import io.faultline.run.Pace;
import io.faultline.run.Recorder;
import io.faultline.run.Runner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine with OpenSSH, and a key that it restricts to the agent. */
@RealPeers
class MachinePeersTest {
    private static final List<String> CHECKS = List.of(
            "facts", "disk", "memory", "load", "puppet", "apt-indices", "systemd", "upgrades", "reboot", "clock");

    @TempDir
    static Path folder;

    private static Sshd sshd;
    private static Path home;

    @BeforeAll
    static void start() throws IOException {
        home = Files.createDirectories(folder.resolve("machine"));
        AgentRoot.healthy(home);
        // A server that would allow everything but foreign environments (as Debian's): the key alone has to keep it
        // out.
        sshd = Sshd.start(Files.createDirectory(folder.resolve("sshd")), """
                AllowTcpForwarding yes
                PermitTunnel yes
                GatewayPorts yes
                AllowStreamLocalForwarding yes
                PermitUserEnvironment yes
                AcceptEnv LANG LC_*
                """);
        restricted(AgentRoot.AGENT + " --root " + home);
    }

    private static void restricted(String command) throws IOException {
        Files.writeString(
                sshd.folder().resolve("authorized_keys"),
                "restrict,command=\"" + command + "\" "
                        + Files.readString(sshd.folder().resolve("client_key.pub")));
    }

    @AfterAll
    static void stop() {
        sshd.close();
    }

    private static Map<String, Result> results(String user, int port) throws IOException {
        Path catalogue = Files.createTempDirectory(folder, "catalogue");
        Files.writeString(
                catalogue.resolve("machines.yaml"),
                """
                machines:
                  web:
                    address: 127.0.0.1
                    facts:
                      ssh: {port: %d, user: %s, key-file: %s, known-hosts: %s}
                    checks:
                """.formatted(port, user, sshd.clientKey(), sshd.knownHosts())
                        + CHECKS.stream()
                                .map(type -> "      - {type: " + type + ", failures-before-alert: 1}\n")
                                .collect(Collectors.joining()));
        return results(catalogue);
    }

    private static Map<String, Result> results(Path catalogue) {
        Catalog catalog = CatalogReader.read(List.of(catalogue), CheckTypes.ALL, catalogue.resolve("state.db"));
        assertThat(catalog.problems()).isEmpty();
        try (Recorder recorder = new Recorder(StateStore.inMemory(Map.of()), transitions -> Changes.NONE, List.of());
                Runner runner = new Runner(
                        catalog,
                        recorder,
                        new SystemResolver(),
                        Secrets.none(),
                        InstantSource.system(),
                        Pace.REAL,
                        Runner.Limits.of(8, 8))) {
            return runner.once(catalog.checks().toList()).states().entrySet().stream()
                    .collect(Collectors.toMap(
                            entry -> entry.getKey().name(),
                            entry -> entry.getValue().last()));
        }
    }

    @Test
    void all_checks_share_one_connection() throws IOException {
        int before = logins();
        Map<String, Result> results =
                results(System.getProperty("user.name"), sshd.address().port());
        for (String check : CHECKS) {
            Status expected = check.equals("upgrades") ? Status.WARNING : Status.OK;
            assertThat(results.get(check).status())
                    .as(Trial.shown(results.get(check)))
                    .isEqualTo(expected);
        }
        assertThat(logins() - before).isEqualTo(1);
    }

    @Test
    void a_fleet_is_compared_and_a_machine_with_what_is_declared() throws IOException {
        restricted(AgentRoot.AGENT + " --root " + home + " declared");
        try {
            Path catalogue = Files.createTempDirectory(folder, "fleet");
            Files.writeString(catalogue.resolve("machines.yaml"), """
                    machines:
                      web:
                        address: 127.0.0.1
                        facts: &facts
                          ssh: {port: %d, user: %s, key-file: %s, known-hosts: %s}
                        checks:
                          - {type: facts, failures-before-alert: 1}
                          - {type: declared-state, list: web.state, exactly: [ports], failures-before-alert: 1}
                      other:
                        address: 127.0.0.1
                        facts: *facts
                        checks: [{type: facts, name: other-facts}]
                    """.formatted(
                    sshd.address().port(), System.getProperty("user.name"), sshd.clientKey(), sshd.knownHosts()));
            Files.writeString(catalogue.resolve("fleet.yaml"), """
                    service: fleet
                    purpose: Machines that should be alike.
                    checks: [{type: consistency, machines: [web, other], compare: [release, packages, ports, files]}]
                    """);
            Files.writeString(
                    catalogue.resolve("web.state"),
                    "package name=openssl version=3.0.1\nunit name=ssh.service active=active\nport number=22\n");
            Map<String, Result> results = results(catalogue);
            assertThat(results.get("consistency").summary()).isEqualTo("2 machines are alike");
            assertThat(results.get("declared-state").summary())
                    .isEqualTo("port udp 323 is there (listening on [::1]), and not declared");
        } finally {
            restricted(AgentRoot.AGENT + " --root " + home);
        }
    }

    private static int logins() throws IOException {
        return sshd.server().log().split("Accepted publickey", -1).length;
    }

    @Test
    void a_key_that_is_not_restricted_gets_nothing() throws IOException {
        Path keys = sshd.folder().resolve("authorized_keys");
        String before = Files.readString(keys);
        Files.copy(sshd.folder().resolve("client_key.pub"), keys, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try {
            Map<String, Result> results =
                    results(System.getProperty("user.name"), sshd.address().port());
            assertThat(Trial.shown(results.get("facts")))
                    .startsWith("CRITICAL the key of ")
                    .contains("is not restricted");
            assertThat(results.get("disk").status()).isEqualTo(Status.UNKNOWN);
        } finally {
            Files.writeString(keys, before);
        }
    }

    @Test
    void a_machine_that_cannot_be_had_is_one_problem() throws IOException {
        Map<String, Result> refused = results("nobody-like-that", sshd.address().port());
        assertThat(refused.get("facts").summary()).startsWith("the login of nobody-like-that is refused");
        Map<String, Result> closed = results("root", Ports.free());
        assertThat(closed.get("facts").summary()).startsWith("connection refused by 127.0.0.1");
    }

    /** What an attacker with the controller's key tries; each gives the facts or nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh HOST id",
                "ssh HOST -- sh -c id",
                "ssh -tt HOST",
                "ssh -tt HOST bash",
                "ssh -s HOST sftp",
                "ssh -o SendEnv=LD_PRELOAD -o SetEnv=BASH_ENV=/etc/passwd HOST id",
                "ssh -o SetEnv=PATH=/nowhere HOST id",
            })
    void commands_are_answered_with_facts_only(String command) throws IOException {
        String said = client(command);
        assertThat(said)
                .doesNotContain("uid=", "root:x:0")
                .contains(command.contains("-tt") ? "PTY allocation request failed" : "faultline-facts 1\n");
    }

    @Test
    void files_are_neither_sent_nor_fetched() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "the content of a file");
        Path stolen = folder.resolve("stolen");
        Path planted = folder.resolve("planted");
        for (String command : List.of(
                "scp -O HOST:" + secret + " " + stolen,
                "scp HOST:" + secret + " " + stolen,
                "scp -O " + secret + " HOST:" + planted,
                "scp " + secret + " HOST:" + planted)) {
            client(command);
            assertThat(stolen).as(command).doesNotExist();
            assertThat(planted).as(command).doesNotExist();
        }
    }

    @Test
    void nothing_is_forwarded() throws IOException {
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String target = "127.0.0.1:" + inside.getLocalPort();
            assertThat(client("ssh -W " + target + " HOST")).contains("administratively prohibited");
            int remote = Ports.free();
            assertThat(client("ssh -o ExitOnForwardFailure=yes -R 127.0.0.1:" + remote + ":" + target + " HOST id"))
                    .contains("remote port forwarding failed")
                    .doesNotContain("faultline-facts");
            inside.setSoTimeout(1);
            org.assertj.core.api.Assertions.assertThatThrownBy(inside::accept)
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** OpenSSH's own client with the key; its output and errors. */
    private static String client(String line) throws IOException {
        String host = System.getProperty("user.name") + "@127.0.0.1";
        List<String> command = new ArrayList<>(List.of("timeout", "20"));
        for (String word : line.split(" ")) {
            boolean program = command.size() == 2;
            command.add(word.replace("HOST", host));
            if (program) {
                command.addAll(List.of(
                        "-F",
                        "/dev/null",
                        "-i",
                        sshd.clientKey().toString(),
                        "-o",
                        "IdentitiesOnly=yes",
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "UserKnownHostsFile=" + sshd.knownHosts(),
                        "-o",
                        "Port=" + sshd.address().port()));
            }
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return said.replace("\r\n", "\n");
    }
}
