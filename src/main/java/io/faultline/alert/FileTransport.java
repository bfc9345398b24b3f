package io.faultline.alert;

import io.faultline.history.QueuedMail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Writes each mail into a folder, as {@code <Message-ID without its domain>.eml}, instead of sending it. */
public final class FileTransport implements MailTransport {
    private final Path folder;

    public FileTransport(Path folder) {
        this.folder = folder;
    }

    @Override
    public Connection connect() throws IOException {
        Files.createDirectories(folder);
        return new Connection() {
            @Override
            public Outcome send(QueuedMail mail, boolean anyRecipient) throws IOException {
                write(mail);
                return new Outcome.Taken(List.of());
            }

            @Override
            public void close() {
                // Nothing is open between two mails.
            }
        };
    }

    private void write(QueuedMail mail) throws IOException {
        int at = mail.messageId().lastIndexOf('@');
        String id = at < 0 ? mail.messageId() : mail.messageId().substring(0, at);
        String name = id.replaceAll("[^A-Za-z0-9._-]", "_") + ".eml";
        Path part = Files.createTempFile(folder, ".", ".part");
        try {
            Files.writeString(part, mail.content(), StandardCharsets.UTF_8);
            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
