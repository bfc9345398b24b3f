package io.faultline.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Service;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A catalogue that is fetched from a repository. */
@WithJenkins
class GitCatalogTest {
    @TempDir
    Path repository;

    private static void service(Path folder, String name) throws IOException {
        Files.writeString(Files.createDirectories(folder).resolve(name + ".yaml"), """
                service: %s
                purpose: Is there for the test.
                importance: high
                checks:
                  - {name: port, type: tcp, server: "%s.example.org:80"}
                """.formatted(name, name));
    }

    @Test
    void is_fetched_and_taken_up(JenkinsRule jenkins) throws Exception {
        try (Git git = Git.init()
                .setInitialBranch("main")
                .setDirectory(repository.toFile())
                .call()) {
            service(repository.resolve("checks"), "web");
            Path outside = Files.writeString(
                    jenkins.jenkins.getRootDir().toPath().resolve("outside.yaml"), "service: outside\n");
            Files.createSymbolicLink(repository.resolve("checks/link.yaml"), outside);
            git.add().addFilepattern(".").call();
            git.commit().setMessage("first").setSign(false).call();
            GitCatalog catalog = new GitCatalog(repository.toUri().toString());
            catalog.setFolder("checks");
            FaultlineConfiguration.get().setCatalog(catalog);
            catalog.update(FaultlineEngine.folder());
            FaultlineEngine.get().reload();
            assertThat(services()).contains("web").doesNotContain("outside");

            service(repository.resolve("checks"), "mail");
            git.add().addFilepattern(".").call();
            git.commit().setMessage("second").setSign(false).call();
            catalog.update(FaultlineEngine.folder());
            FaultlineEngine.get().reload();
            assertThat(services()).contains("web", "mail");
        }
    }

    private static java.util.List<String> services() {
        return FaultlineEngine.get().look().orElseThrow().catalog().services().stream()
                .map(Service::name)
                .toList();
    }

    @Test
    void survives_its_form(JenkinsRule jenkins) throws Exception {
        GitCatalog before = new GitCatalog("https://git.example.org/catalog.git");
        before.setBranch("stable");
        before.setFolder("checks");
        FaultlineConfiguration.get().setCatalog(before);
        jenkins.configRoundtrip();
        jenkins.assertEqualDataBoundBeans(before, FaultlineConfiguration.get().getCatalog());
    }
}
