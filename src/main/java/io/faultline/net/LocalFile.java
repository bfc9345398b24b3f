package io.faultline.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the small files that connections need: authorities, known hosts, keys, keyrings. */
public final class LocalFile {
    public static final int MOST_BYTES = 4 << 20;

    private LocalFile() {}

    /** @throws LocalFault if it cannot be read or has more than {@value #MOST_BYTES} bytes */
    public static byte[] read(Path file) throws LocalFault {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new LocalFault("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new LocalFault("no permission to read the file " + file, e);
        } catch (IOException e) {
            throw new LocalFault("the file " + file + " cannot be read: " + e.getMessage(), e);
        }
        if (content.length > MOST_BYTES) {
            throw new LocalFault("the file " + file + " is larger than " + MOST_BYTES + " bytes");
        }
        return content;
    }
}
