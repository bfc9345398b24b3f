package io.faultline.check;

import io.faultline.net.DeadlineExceeded;
import io.faultline.net.Lifetime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments, started directly and never through a shell. Its environment is only what is given
 * here; its standard input is empty; standard error goes into the same output. It and all it started are killed when
 * the lifetime ends.
 *
 * @param mostOutput bytes of output that are kept; more is read and dropped
 */
public record Program(List<String> command, Map<String, String> environment, int mostOutput) {
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty() || !Path.of(command.get(0)).isAbsolute()) {
            throw new IllegalArgumentException("a program is named by its absolute path");
        }
    }

    /** @param complete false if more than the limit was written */
    public record Output(int exitCode, String text, boolean complete) {}

    /** @throws IOException if the program cannot be started, or {@link DeadlineExceeded} */
    Output run(Lifetime lifetime) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        lifetime.own(() -> killTree(process));
        try (InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            boolean complete = true;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int wanted = Math.min(read, mostOutput - kept.size());
                kept.write(buffer, 0, wanted);
                complete &= wanted == read;
            }
            if (!process.waitFor(lifetime.left().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceeded(lifetime.given());
            }
            if (lifetime.expired()) {
                throw new DeadlineExceeded(lifetime.given());
            }
            return new Output(process.exitValue(), kept.toString(StandardCharsets.UTF_8), complete);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceeded(lifetime.given());
        } finally {
            killTree(process);
        }
    }

    private static void killTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
