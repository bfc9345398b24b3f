package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.cli.Host;
import io.faultline.cli.Main;
import io.faultline.demo.Ports;
import io.faultline.machine.AgentRoot;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports as a machine makes them, with ssh-keygen and curl, and as the command line takes them. */
@RealPeers
class ReportPeersTest {
    private static final Path SCRIPT =
            Path.of("resources/agent/faultline-report").toAbsolutePath();

    @TempDir
    Path folder;

    private Path agent;
    private Path spool;

    @BeforeEach
    void machine() throws IOException {
        Path home = Files.createDirectory(folder.resolve("machine"));
        AgentRoot.healthy(home);
        agent = Files.writeString(
                folder.resolve("agent"), "#!/bin/sh\nexec " + AgentRoot.AGENT + " --root " + home + " \"$@\"\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwxr-xr-x"));
        spool = Files.createDirectory(folder.resolve("spool"));
        Files.createDirectory(folder.resolve("catalog"));
        Files.writeString(folder.resolve("catalog/machines.yaml"), """
                machines:
                  web:
                    address: web.example.org
                    facts: {reports: {known-hosts: known_hosts, host: web1}}
                    checks: [{type: facts, failures-before-alert: 1}, {type: disk, failures-before-alert: 1}]
                """);
    }

    private Path key(String type, String bits) throws IOException {
        Path key = folder.resolve("ssh_host_key");
        RealServer.run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-f", key.toString());
        String[] line = Files.readString(folder.resolve("ssh_host_key.pub")).split(" ");
        Files.writeString(folder.resolve("catalog/known_hosts"), "web.example.org " + line[0] + " " + line[1] + "\n");
        return key;
    }

    private String report(Path key, String to) throws IOException {
        return RealServer.run(
                SCRIPT.toString(),
                "-a",
                agent.toString(),
                "-k",
                key.toString(),
                "-u",
                System.getProperty("user.name"),
                to);
    }

    private Host host(PrintStream out, PrintStream err) {
        return new Host(
                InstantSource.system(),
                ZoneOffset.UTC,
                Map.of("STATE_DIRECTORY", folder.resolve("state").toString()),
                folder,
                folder,
                out,
                err,
                false);
    }

    private String said(int expected, String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = Main.run(host(stream, stream), arguments);
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(code).as(text).isEqualTo(expected);
        return text;
    }

    @ParameterizedTest
    @CsvSource({"ed25519,256", "ecdsa,256", "ecdsa,384", "ecdsa,521", "rsa,2048", "rsa,3072"})
    void a_report_by_each_kind_of_host_key_is_taken_once(String type, String bits) throws IOException {
        Path key = key(type, bits);
        report(key, spool.toString());
        Path file;
        try (var files = Files.list(spool)) {
            file = files.findFirst().orElseThrow();
        }
        byte[] content = Files.readAllBytes(file);
        assertThat(said(0, "receive", "--spool", "spool", "--once")).contains(": taken from web");
        assertThat(said(0, "run", "--no-mail")).contains("disk", "there is room on 2 disks");

        Files.write(file, content);
        assertThat(said(0, "receive", "--spool", "spool", "--once")).contains("it was sent before, or comes too late");
    }

    @Test
    void a_machine_that_has_never_reported_is_one_critical_problem() throws IOException {
        key("ed25519", "256");
        assertThat(said(2, "run", "--no-mail")).contains("the machine is silent: it has never sent a report");
    }

    @Test
    void reports_come_in_over_http_and_a_stranger_s_do_not() throws Exception {
        Path key = key("ed25519", "256");
        Path other = folder.resolve("other_key");
        RealServer.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString());
        int port = Ports.free();
        PipedInputStream pipe = new PipedInputStream(1 << 16);
        BufferedReader log = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));
        PrintStream err = new PrintStream(new PipedOutputStream(pipe), true, StandardCharsets.UTF_8);
        Thread receiver = new Thread(() -> Main.run(host(err, err), "receive", "--listen", "127.0.0.1:" + port));
        receiver.start();
        try {
            assertThat(log.readLine()).isEqualTo("faultline: listening on 127.0.0.1:" + port);
            String to = "http://127.0.0.1:" + port + "/report";
            report(key, to);
            assertThat(log.readLine()).isEqualTo("faultline: a report was taken from web");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> report(other, to))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("403");
            assertThat(log.readLine()).startsWith("faultline: a report was refused: it was not signed by web");
        } finally {
            receiver.interrupt();
            receiver.join();
        }
        assertThat(said(0, "run", "--no-mail")).contains("there is room on 2 disks");
    }
}
