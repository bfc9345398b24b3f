package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogFilesTest {
    @TempDir
    Path temp;

    private Path folder;
    private CatalogFolder catalog;

    @BeforeEach
    void createFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("catalog"));
        catalog = new CatalogFolder(folder);
    }

    private List<String> services(Path... paths) {
        return CatalogFolder.readAll(paths).services().stream()
                .map(Service::name)
                .toList();
    }

    @Test
    void takesFilesInSubfoldersAndOfBothEndings() {
        catalog.goodService("a").goodService("b/c");
        catalog.file("d.yml", "service: d\npurpose: x\n")
                .file("notes.txt", "no yaml")
                .file("e.yaml~", "backup");
        catalog.file("b/c.yaml", "service: c\npurpose: x\n");
        assertThat(services(folder)).containsExactly("a", "c", "d");
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    void leavesOutWhatIsHidden() {
        catalog.goodService("a").file(".git/x.yaml", "not: good").file(".hidden.yaml", "not: good");
        assertThat(services(folder)).containsExactly("a");
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    void takesEachFileOnceHoweverItIsReached() throws IOException {
        catalog.goodService("a");
        Files.createSymbolicLink(folder.resolve("again.yaml"), folder.resolve("a.yaml"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Path other = Files.createDirectory(temp.resolve("other"));
        new CatalogFolder(other).goodService("b");
        Files.createSymbolicLink(folder.resolve("one"), other);
        Files.createSymbolicLink(folder.resolve("two"), other);
        Files.createSymbolicLink(other.resolve("back"), folder);
        assertThat(services(folder, folder.resolve("a.yaml"), other)).containsExactly("a", "b");
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    void tellsWhatIsNoFile() throws Exception {
        catalog.goodService("a").file("readme.txt", "x");
        Files.createSymbolicLink(folder.resolve("gone.yaml"), folder.resolve("nowhere"));
        Files.createDirectory(folder.resolve("folder.yaml"));
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe.yaml").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(catalog.problems())
                .containsExactly("gone.yaml: a link to a file that is not there", "pipe.yaml: expected a regular file");
        assertThat(CatalogFolder.readAll(folder.resolve("readme.txt")).problems())
                .map(problem -> problem.message())
                .containsExactly("expected a folder, or a file whose name ends in .yaml, .yml or .cfg (Nagios)");
    }

    @Test
    void readsSeveralPathsWithTheirOwnMachinesFiles() {
        catalog.file("a/machines.yaml", "machines: {m1: {address: m1.example.org}}");
        catalog.file("b/machines.yml", "machines: {m2: {address: m2.example.org}}");
        catalog.file("a/controller.yaml", "at-once: 3").file("b/controller.yaml", "at-once: 4");
        Catalog read = CatalogFolder.readAll(folder.resolve("a"), folder.resolve("b"));
        assertThat(read.machines()).map(Machine::name).containsExactly("m1", "m2");
        assertThat(read.settings().atOnce()).isEqualTo(3);
        assertThat(read.problems())
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .containsExactly(
                        "b/controller.yaml: a second file of the controller's settings; those of a/controller.yaml hold"
                                .replace("of a/", "of " + folder + "/a/")
                                .replace(folder + "/", ""));
    }
}
