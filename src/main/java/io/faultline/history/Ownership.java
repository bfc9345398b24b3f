package io.faultline.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to decide what results mean: two that decide from the same results would tell people twice. Held by one
 * process at a time, through a lock on a file beside the state file; the system gives it back when a process dies in
 * whatever way. Reading needs no right.
 */
final class Ownership implements AutoCloseable {
    /**
     * What this process holds. Asked first, because opening and closing the same file again would give up the lock that
     * the process has on it (POSIX).
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;

    private Ownership(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /** @throws HistoryException naming the process that has it */
    static Ownership take(Path stateFile) {
        Path lockFile = stateFile.resolveSibling(stateFile.getFileName() + ".lock");
        if (!HELD.add(lockFile)) {
            throw taken(stateFile, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    onlyForOwner(lockFile));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(stateFile, holder(channel));
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
            return new Ownership(lockFile, channel);
        } catch (IOException e) {
            giveUp(lockFile, channel);
            throw new HistoryException(
                    "cannot lock " + lockFile + " (" + e.getMessage()
                            + "): check that its folder may be written and lies on a file system with locks",
                    e);
        } catch (HistoryException e) {
            giveUp(lockFile, channel);
            throw e;
        }
    }

    private static HistoryException taken(Path stateFile, String pid) {
        return new HistoryException(stateFile + " is in use by another Faultline (process " + pid
                + "): only one at a time may run checks and send mail from it; stop that one first, or give this one"
                + " a state file of its own");
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(32);
        channel.read(read, 0);
        String pid = new String(read.array(), 0, read.position(), StandardCharsets.US_ASCII).strip();
        return pid.matches("\\d+") ? pid : "unknown";
    }

    /** For files that are created: nobody else may read them. */
    static FileAttribute<?>[] onlyForOwner(Path file) {
        boolean posix = Files.getFileAttributeView(
                        file.toAbsolutePath().getParent(), java.nio.file.attribute.PosixFileAttributeView.class)
                != null;
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void giveUp(Path lockFile, FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock is gone with the descriptor all the same.
        } finally {
            HELD.remove(lockFile);
        }
    }

    /** The file stays: deleting it would let two processes lock two files of the same name. */
    @Override
    public void close() {
        giveUp(lockFile, channel);
    }
}
