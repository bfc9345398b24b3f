package io.faultline.peers;

import io.faultline.net.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server from a Debian package, on loopback, with its own folder; it and its children end with the test. */
final class RealServer implements Closeable {
    private static final int SECONDS_TO_START = 300;
    private static final int MINUTES_TO_RUN = 5;

    private final Process process;
    private final Path log;

    private RealServer(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a program that stays in the foreground; its output goes to a file in the folder. */
    static RealServer start(Path folder, Map<String, String> environment, String... command) throws IOException {
        Path log = Files.createTempFile(folder, "server", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .directory(folder.toFile());
        builder.environment().putAll(environment);
        return new RealServer(builder.start(), log);
    }

    static RealServer start(Path folder, String... command) throws IOException {
        return start(folder, Map.of(), command);
    }

    /** Waits until the port takes connections. */
    RealServer listening(int port) throws IOException {
        for (int i = 0; i < SECONDS_TO_START * 20; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                if (!process.isAlive()) {
                    throw new AssertionError("somebody else listens on port " + port + ": " + log());
                }
                return this;
            } catch (IOException e) {
                tick("nobody listens on port " + port);
            }
        }
        throw new AssertionError("nobody listens on port " + port + ": " + log());
    }

    /** Waits until it has written a text. */
    RealServer saying(String text) throws IOException {
        writing(log, text);
        return this;
    }

    /** Waits until it has made a file. */
    void making(Path file) throws IOException {
        for (int i = 0; i < SECONDS_TO_START * 20; i++) {
            if (Files.exists(file)) {
                return;
            }
            tick(file + " was not made");
        }
        throw new AssertionError(file + " was not made: " + log());
    }

    /** Waits until it has written a text into a file; gives what stands there then. */
    String writing(Path file, String text) throws IOException {
        for (int i = 0; i < SECONDS_TO_START * 20; i++) {
            String content = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
            if (content.contains(text)) {
                return content;
            }
            tick("'" + text + "' was not written to " + file);
        }
        throw new AssertionError("'" + text + "' was not written to " + file + ": " + log());
    }

    /** Waits a moment, unless it ends. */
    private void tick(String otherwise) throws IOException {
        try {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(otherwise + ", it ended with " + process.exitValue() + ": " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    String log() throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    /** Stops it where it stands: connections are taken by the system, and nobody answers. */
    void freeze() throws IOException {
        signal("STOP");
    }

    void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        List<ProcessHandle> all =
                new java.util.ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        for (ProcessHandle one : all) {
            Process kill = new ProcessBuilder("/bin/kill", "-" + name, String.valueOf(one.pid()))
                    .redirectErrorStream(true)
                    .start();
            // A child that ended meanwhile needs no signal.
            kill.getInputStream().readAllBytes();
        }
    }

    /** Runs a program to its end and gives its output; a failure fails the test. */
    static String run(String... command) throws IOException {
        return run(Map.of(), command);
    }

    static String run(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        // A program that hangs must not hold up all the others.
        CompletableFuture<?> unused = process.onExit()
                .orTimeout(MINUTES_TO_RUN, TimeUnit.MINUTES)
                .whenComplete((ended, late) -> {
                    if (late != null) {
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        process.destroyForcibly();
                    }
                });
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(Arrays.toString(command) + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }

    static HostPort at(int port) {
        return new HostPort("127.0.0.1", port);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
