package io.faultline.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.util.FormValidation;
import io.faultline.catalog.Service;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.TestCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A catalogue that is fetched from a repository. */
@WithJenkins
class GitCatalogTest {
    private static JenkinsRule jenkins;

    @TempDir
    Path repository;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
        FaultlineConfiguration.get().setKeepJobs(false);
    }

    private void commit(Git git, String service) throws Exception {
        Files.writeString(repository.resolve("checks/" + service + ".yaml"), TestCatalog.text(service));
        git.add().addFilepattern(".").call();
        git.commit().setMessage("Adds " + service).setSign(false).call();
    }

    @Test
    void is_fetched_and_taken_up() throws Exception {
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
    void can_be_tried_before_it_is_used_and_nothing_of_it_is_kept() throws Exception {
        GitCatalog.DescriptorImpl descriptor = jenkins.jenkins.getDescriptorByType(GitCatalog.DescriptorImpl.class);
        try (Git git = Git.init()
                .setInitialBranch("main")
                .setDirectory(repository.toFile())
                .call()) {
            Files.createDirectories(repository.resolve("checks"));
            Files.writeString(repository.resolve("checks/bad.yaml"), "service: bad\nimportance: <b>loud</b>\n");
            commit(git, "web");
            String url = repository.toUri().toString();
            FormValidation found = descriptor.doTryCatalog(url, "", "checks", "");
            assertThat(found.kind).isEqualTo(FormValidation.Kind.WARNING);
            assertThat(found.getMessage()).contains("1 services").contains("bad.yaml");
            assertThat(found.renderHtml()).doesNotContain("<b>loud</b>");
            assertThat(descriptor.doTryCatalog(url, "main", "nowhere", "").getMessage())
                    .contains("no folder nowhere in the branch main");
            assertThat(descriptor.doTryCatalog(url, "gone", "checks", "").kind).isEqualTo(FormValidation.Kind.ERROR);
            assertThat(descriptor.doTryCatalog("", "main", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);
            try (Stream<Path> kept = Files.list(FaultlineEngine.folder())) {
                assertThat(kept.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("try"));
            }
        }
    }

    @Test
    void that_it_cannot_be_fetched_is_told_until_it_can_be() throws Exception {
        try (Git git = Git.init()
                .setInitialBranch("main")
                .setDirectory(repository.toFile())
                .call()) {
            Files.createDirectories(repository.resolve("checks"));
            commit(git, "web");
            GitCatalog catalog = new GitCatalog(repository.toUri().toString());
            catalog.setBranch("gone");
            FaultlineConfiguration.get().setCatalog(catalog);
            FaultlineConfiguration.get().save();
            await(() -> FaultlineEngine.get().outdated().isPresent());
            for (String page : List.of("manage/", "faultline/")) {
                assertThat(jenkins.createWebClient().goTo(page).asNormalizedText())
                        .as(page)
                        .contains("The catalogue could not be fetched since");
            }
            catalog.setBranch("main");
            FaultlineConfiguration.get().save();
            await(() -> FaultlineEngine.get().outdated().isEmpty());
            assertThat(jenkins.createWebClient().goTo("manage/").asNormalizedText())
                    .doesNotContain("The catalogue could not be fetched since");
        }
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1200 && !condition.getAsBoolean(); i++) {
            synchronized (this) {
                wait(100);
            }
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void a_password_in_the_address_is_refused_and_never_stored() throws Exception {
        String url = "https://robot:hunter2@git.example.org/catalog.git";
        GitCatalog.DescriptorImpl descriptor = jenkins.jenkins.getDescriptorByType(GitCatalog.DescriptorImpl.class);
        assertThat(descriptor.doCheckUrl(url).getMessage()).contains("password").doesNotContain("hunter2");
        assertThat(descriptor.doTryCatalog(url, "main", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);
        GitCatalog catalog = new GitCatalog(url);
        assertThat(catalog.getUrl()).doesNotContain("hunter2");
        assertThatThrownBy(() -> catalog.update(FaultlineEngine.folder()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("credentials")
                .hasMessageNotContaining("hunter2");
        assertThat(new GitCatalog("ssh://git@git.example.org/catalog.git").getUrl())
                .isEqualTo("ssh://git@git.example.org/catalog.git");
    }

    @ParameterizedTest
    @CsvSource({"checks, OK", "'', OK", "../.., ERROR", "/etc, ERROR", "'a\u0000b', ERROR"})
    void a_folder_outside_of_the_repository_is_refused(String folder, FormValidation.Kind expected) {
        assertThat(new GitCatalog.DescriptorImpl().doCheckFolder(folder).kind).isEqualTo(expected);
    }

    @Test
    void survives_its_form() throws Exception {
        GitCatalog before = new GitCatalog("https://git.example.org/catalog.git");
        before.setBranch("stable");
        before.setFolder("checks");
        FaultlineConfiguration.get().setCatalog(before);
        jenkins.configRoundtrip();
        jenkins.assertEqualDataBoundBeans(before, FaultlineConfiguration.get().getCatalog());
    }
}
