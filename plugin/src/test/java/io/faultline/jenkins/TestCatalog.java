package io.faultline.jenkins;

import io.faultline.jenkins.config.FolderCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jvnet.hudson.test.JenkinsRule;

/** A catalogue in the home of a Jenkins. */
public final class TestCatalog {
    private final String name;
    private final Path folder;

    public TestCatalog(JenkinsRule jenkins, String name) throws IOException {
        this.name = name;
        this.folder =
                Files.createDirectories(jenkins.jenkins.getRootDir().toPath().resolve(name));
    }

    public Path folder() {
        return folder;
    }

    public TestCatalog file(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void remove(String file) throws IOException {
        Files.delete(folder.resolve(file));
    }

    /** A service with one check, named port, that is certain after two failures. */
    public TestCatalog service(String service) {
        return file(service + ".yaml", text(service));
    }

    /** What a file of {@link #service} holds. */
    public static String text(String service) {
        return """
                service: %s
                purpose: Is there for the test.
                importance: high
                checks:
                  - {name: port, type: tcp, server: "%s.example.org:80", failures-before-alert: 2}
                """.formatted(service, service);
    }

    /** Has Faultline use it, as it is now. */
    public void read() {
        FaultlineConfiguration.get().setCatalog(new FolderCatalog(name));
        FaultlineEngine.get().reload();
    }
}
