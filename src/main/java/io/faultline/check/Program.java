package io.faultline.check;

import io.faultline.net.DeadlineExceeded;
import io.faultline.net.Lifetime;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments, started directly and never through a shell. Its environment is only what is given
 * here; its standard input is empty; standard error goes into the same output. It and all it started are killed when
 * the lifetime ends.
 *
 * @param mostOutput bytes of output that are kept; more is read and dropped
 */
public record Program(List<String> command, Map<String, String> environment, int mostOutput) {
    private static final int TICK_MILLIS = 10;
    private static final int MOST_READS = 64;

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.isEmpty() || !Path.of(command.get(0)).isAbsolute()) {
            throw new IllegalArgumentException("a program is named by its absolute path");
        }
    }

    /** @param complete false if more than the limit was written */
    public record Output(int exitCode, String text, boolean complete) {}

    /** The program is not there, or may not be started. */
    public static final class NotStarted extends IOException {
        private static final long serialVersionUID = 1L;

        NotStarted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @throws NotStarted if the program cannot be started, or {@link DeadlineExceeded} */
    Output run(Lifetime lifetime) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            String path = command.get(0);
            String why = Files.exists(Path.of(path))
                    ? (Files.isExecutable(Path.of(path)) ? e.getMessage() : path + " is not executable")
                    : "there is no program " + path;
            throw new NotStarted("the program cannot be started: " + why, e);
        }
        Started started = new Started(process);
        lifetime.own(started);
        try (started;
                InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            Kept kept = new Kept(mostOutput);
            // Never a read that blocks: what the program left running may hold the pipe open after its own end.
            while (!process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                kept.takeWhatIsThere(in);
                started.look();
                lifetime.left();
            }
            kept.takeWhatIsThere(in);
            if (lifetime.expired()) {
                throw new DeadlineExceeded(lifetime.given());
            }
            return new Output(process.exitValue(), kept.text(), kept.complete);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceeded(lifetime.given());
        }
    }

    /** The beginning of the output. */
    private static final class Kept {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final byte[] buffer = new byte[8192];
        private final int most;
        private boolean complete = true;

        Kept(int most) {
            this.most = most;
        }

        /** At most a pipe's worth and a little, so that an endless writer is not read for ever. */
        void takeWhatIsThere(InputStream in) throws IOException {
            for (int i = 0; i < MOST_READS && in.available() > 0; i++) {
                int read = in.read(buffer, 0, Math.min(buffer.length, in.available()));
                int wanted = Math.max(0, Math.min(read, most - bytes.size()));
                bytes.write(buffer, 0, wanted);
                complete &= wanted == read;
            }
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** A program and all that was seen to be started by it; children outlive their parents and are not found then. */
    private static final class Started implements Closeable {
        private final Process process;
        private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
        private int looks;

        Started(Process process) {
            this.process = process;
        }

        /** Looks for children, less and less often: it means reading all of /proc. */
        void look() {
            if (Integer.bitCount(++looks) == 1) {
                process.descendants().forEach(seen::add);
            }
        }

        @Override
        public void close() {
            if (process.isAlive()) {
                process.descendants().forEach(seen::add);
            }
            seen.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
