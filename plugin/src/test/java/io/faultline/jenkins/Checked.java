package io.faultline.jenkins;

import hudson.model.Node;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.jvnet.hudson.test.JenkinsRule;

/** A catalogue in a Jenkins, with checks that real servers and programs answer. */
public final class Checked {
    private final TestCatalog catalog;

    public Checked(JenkinsRule jenkins) throws IOException {
        catalog = new TestCatalog(jenkins, "checked");
        if (Files.notExists(folder().resolve("controller.yaml"))) {
            file("controller.yaml", """
                team: admins
                defaults: {failures-before-alert: 2, retry-every: 1s, timeout: 20s, every: 5m}
                """);
            file("teams.yaml", "teams: {admins: {purpose: Keep it running., mail: admins@example.org}}\n");
        }
    }

    public Checked file(String name, String content) {
        catalog.file(name, content);
        return this;
    }

    public void remove(String name) throws IOException {
        catalog.remove(name);
    }

    /** A service with one check, named port, of a server. */
    public Checked tcp(String service, int port, String more) {
        return file(
                service + ".yaml",
                "service: " + service + "\npurpose: Tests " + service + ".\n" + more
                        + "checks: [{type: tcp, name: port, server: \"127.0.0.1:" + port + "\"}]\n");
    }

    /** A service with one check, named program, that a shell script is; {@code more} are keys of the check. */
    public Checked program(String service, String script, String more) throws IOException {
        Path program = folder().resolve(service + ".sh");
        // Not into the file that may be running just now: the system refuses that.
        Path next = folder().resolve("." + service + ".next");
        Files.writeString(next, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(next, program, StandardCopyOption.REPLACE_EXISTING);
        return file(
                service + ".yaml",
                "service: " + service + "\npurpose: Tests " + service
                        + ".\nchecks: [{type: nagios, name: program, plugin: \"" + program + "\"" + more + "}]\n");
    }

    /** Has the catalogue read; nothing in it may be wrong. */
    public Checked read() {
        readAsItIs();
        if (!FaultlineEngine.get().look().orElseThrow().catalog().problems().isEmpty()) {
            throw new AssertionError(
                    FaultlineEngine.get().look().orElseThrow().catalog().problems());
        }
        return this;
    }

    public void readAsItIs() {
        catalog.read();
    }

    public Path folder() {
        return catalog.folder();
    }

    public static Optional<CheckState> state(String check) {
        return FaultlineEngine.get().look().orElseThrow().recorder().state(CheckId.parse(check));
    }

    public static Status status(String check) {
        return state(check).orElseThrow().last().status();
    }

    /** What is in files of a node's folder, by name. */
    public static boolean hasFile(Node node, String part) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(node.getRootPath().getRemote()))) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).contains(part));
        }
    }

    /** A server that takes connections and closes them. */
    public static final class Server implements AutoCloseable {
        private final ServerSocket socket;

        public Server() throws IOException {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(this::serve, "test-server");
            thread.setDaemon(true);
            thread.start();
        }

        public int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    connection.shutdownOutput();
                } catch (IOException e) {
                    // The next one may do better; or it is the end.
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
