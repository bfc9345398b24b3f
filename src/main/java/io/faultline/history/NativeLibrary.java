package io.faultline.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library. A Java program cannot load it out of a jar, so it has to lie in a folder; SQLite's driver makes a
 * new copy for each process, which a killed process leaves behind. Here it is one copy for each version of the driver.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * Loads it, once for each process: later calls change nothing.
     *
     * @param folder where the copy is kept; without it, or where it cannot be written or run from there, the driver makes
     *     one in the system's folder for temporary files
     */
    static synchronized void load(Optional<Path> folder) {
        try {
            if (folder.isPresent()) {
                Path copy = copyIn(folder.get());
                System.setProperty("org.sqlite.lib.path", copy.getParent().toString());
                System.setProperty("org.sqlite.lib.name", copy.getFileName().toString());
            }
        } catch (IOException e) {
            // A state file may be read by somebody who must not write beside it.
        }
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception | LinkageError e) {
            throw new HistoryException(
                    "cannot load SQLite's native library"
                            + folder.map(path -> " from " + path).orElse("") + " (" + e.getMessage()
                            + "): it needs a folder that may be written and from which programs may be run",
                    e);
        }
    }

    /** A copy that is there already counts only if each byte is the driver's own. */
    private static Path copyIn(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        byte[] library;
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(
                "/" + LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
            if (in == null) {
                throw new IOException("the driver has no " + name + " for this machine");
            }
            library = in.readAllBytes();
        }
        Path copy = folder.toAbsolutePath().resolve(SQLiteJDBCLoader.getVersion() + "-" + name);
        if (Files.isRegularFile(copy)
                && Files.size(copy) == library.length
                && Arrays.equals(Files.readAllBytes(copy), library)) {
            return copy;
        }
        Path fresh = Files.createTempFile(folder, name, ".part");
        try {
            Files.write(fresh, library);
            Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        return copy;
    }
}
