package io.faultline.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Service;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.TestCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    private void commit(Git git, String service) throws Exception {
        Files.writeString(repository.resolve("checks/" + service + ".yaml"), TestCatalog.text(service));
        git.add().addFilepattern(".").call();
        git.commit().setMessage("Adds " + service).setSign(false).call();
    }

    @Test
    void is_fetched_and_taken_up(JenkinsRule jenkins) throws Exception {
        try (Git git = Git.init()
                .setInitialBranch("main")
                .setDirectory(repository.toFile())
                .call()) {
            Files.createDirectories(repository.resolve("checks"));
            Path outside = Files.writeString(
                    jenkins.jenkins.getRootDir().toPath().resolve("outside.yaml"), "service: outside\n");
            Files.createSymbolicLink(repository.resolve("checks/link.yaml"), outside);
            commit(git, "web");
            GitCatalog catalog = new GitCatalog(repository.toUri().toString());
            catalog.setFolder("checks");
            FaultlineConfiguration.get().setCatalog(catalog);
            catalog.update(FaultlineEngine.folder());
            FaultlineEngine.get().reload();
            assertThat(services()).contains("web").doesNotContain("outside");

            commit(git, "mail");
            catalog.update(FaultlineEngine.folder());
            FaultlineEngine.get().reload();
            assertThat(services()).contains("web", "mail");
        }
    }

    private static List<String> services() {
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
