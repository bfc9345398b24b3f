package io.faultline.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The agent's script, run by the system's sh. */
public class AgentTest {
    @TempDir
    Path folder;

    private AgentRoot root;

    /** The shell that runs it. */
    protected List<String> shell() {
        return List.of("sh");
    }

    @BeforeEach
    void make() throws IOException {
        root = AgentRoot.healthy(folder);
    }

    private static Set<String> kinds(Facts facts) {
        return new TreeSet<>(facts.lines().keySet());
    }

    @Test
    void a_healthy_machine_says_how_it_is() throws IOException {
        Facts facts = root.facts(shell());
        assertThat(facts.machine()).isEqualTo("web1");
        assertThat(facts.all("error")).isEmpty();
        assertThat(kinds(facts))
                .containsExactly(
                        "apt-source",
                        "boot",
                        "clock",
                        "disk",
                        "kernel",
                        "load",
                        "machine",
                        "memory",
                        "puppet",
                        "reboot",
                        "release",
                        "systemd",
                        "time",
                        "upgrade",
                        "upgrades",
                        "uptime");
        assertThat(facts.all("disk")).extracting(disk -> disk.text("mount")).containsExactly("/", "/srv/two words");
        Facts.Line disk = facts.all("disk").get(0);
        assertThat(disk.whole("size")).isEqualTo(4_096_000_000L);
        assertThat(disk.whole("available")).isEqualTo(1_638_400_000L);
        Facts.Line source = facts.one("apt-source").orElseThrow();
        assertThat(source.text("uri")).isEqualTo("http://deb.example.org/debian/");
        long changed = ((java.nio.file.attribute.FileTime) Files.getAttribute(
                        folder.resolve("var/lib/apt/lists/deb.example.org_debian_dists_trixie_InRelease"),
                        "unix:ctime"))
                .toInstant()
                .getEpochSecond();
        assertThat(source.whole("fetched")).isEqualTo(changed);
        assertThat(facts.one("upgrades").orElseThrow().values())
                .containsEntry("all", "2")
                .containsEntry("security", "1");
        assertThat(facts.one("kernel").orElseThrow().text("installed")).isEqualTo("6.1.0-28-amd64");
        assertThat(facts.one("clock").orElseThrow().decimal("offset")).isEqualTo(-0.000012345);
        assertThat(folder.resolve("written")).doesNotExist();
    }

    @Test
    void what_can_be_declared_is_told_only_when_the_machine_s_own_settings_ask_for_it() throws IOException {
        Facts facts = root.facts(shell(), "declared");
        assertThat(facts.all("package"))
                .singleElement()
                .satisfies(line -> assertThat(line.values())
                        .containsEntry("name", "openssl")
                        .containsEntry("version", "3.0.1"));
        assertThat(facts.all("broken-package"))
                .extracting(line -> line.text("name") + " " + line.text("state"))
                .containsExactly("half half-configured");
        assertThat(facts.all("unit")).extracting(line -> line.text("name")).containsExactly("ssh.service");
        assertThat(facts.all("port")).extracting(line -> line.text("address")).containsExactly("0.0.0.0", "[::1]");
        assertThat(facts.all("file"))
                .singleElement()
                .satisfies(line -> assertThat(line.values())
                        .containsEntry("path", "/etc/os-release")
                        .containsEntry("sha256", "ab".repeat(32)));
        assertThat(facts.trouble("files")).contains("/etc/gone is not there, or no file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proc/sys/kernel/random/boot_id | boot | boot",
                "proc/uptime                    | uptime | uptime",
                "proc/loadavg                   | load | load",
                "proc/meminfo                   | memory | memory",
                "proc/mounts                    | disk | disk",
                "etc/os-release                 | release | release",
                "var/cache/puppet/public/last_run_summary.yaml | puppet | puppet",
            })
    void a_file_that_is_missing_unreadable_empty_or_malformed_is_told_and_the_rest_goes_on(
            String file, String source, String kind) throws IOException {
        Set<String> others = kinds(root.facts(shell()));
        others.remove(kind);
        others.add("error");

        root.file(file, "");
        assertThat(errorsOf(others)).containsExactly(source + ": " + shown(file) + " is empty");
        root.file(file, "\u0001 %s $(touch written) `x`\n\n-= nonsense");
        assertThat(errorsOf(others)).singleElement().asString().startsWith(source + ": ");
        root.remove(file);
        Files.createDirectory(folder.resolve(file));
        assertThat(errorsOf(others)).containsExactly(source + ": " + shown(file) + " cannot be read");
        root.remove(file);
        assertThat(errorsOf(others))
                .singleElement()
                .asString()
                .startsWith(source + ": ")
                .endsWith(" is not there");
    }

    private static String shown(String file) {
        return "/" + file;
    }

    private List<String> errorsOf(Set<String> kinds) throws IOException {
        Facts facts = root.facts(shell());
        assertThat(kinds(facts)).isEqualTo(kinds);
        return facts.all("error").stream()
                .map(error -> error.text("source") + ": " + error.text("reason"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nproc      | load        | load",
                "stat       | disk        | disk",
                "systemctl  | systemd     | systemd",
                "apt-get    | apt-indices | apt-source",
                "apt-get    | upgrades    | upgrades",
                "chronyc    | clock       | clock",
                "uname      | kernel      | kernel",
            })
    void a_program_that_is_missing_fails_or_talks_nonsense_is_told_and_the_rest_goes_on(
            String program, String source, String kind) throws IOException {
        for (String script : List.of("exit 1", "echo 'no\u0001nsense' `hostname`; exit 0", "kill -9 $$")) {
            root.says(program, script);
            if (program.equals("uname")) {
                root.says("uname", "[ \"$1\" = -n ] && echo web1 || { " + script + "; }");
            }
            Facts facts = root.facts(shell());
            assertThat(facts.trouble(source)).as(script).isPresent();
            assertThat(facts.all(kind)).as(script).isEmpty();
            assertThat(facts.one("memory")).isPresent();
        }
        if (!program.equals("uname")) {
            root.remove("bin/" + program);
            Facts facts = root.facts(shell());
            assertThat(facts.trouble(source)).isPresent();
            assertThat(facts.one("memory")).isPresent();
        }
    }

    @Test
    void a_kernel_is_new_since_it_came_not_since_it_was_built_and_other_flavours_are_others() throws IOException {
        Path image = folder.resolve("boot/vmlinuz-6.1.0-28-amd64");
        Files.setLastModifiedTime(image, java.nio.file.attribute.FileTime.fromMillis(0));
        root.file("boot/vmlinuz-6.1.0-99-rt-amd64", "");
        root.file("boot/vmlinuz-6.1.0-99-cloud-amd64", "");
        Facts.Line kernel = root.facts(shell()).one("kernel").orElseThrow();
        assertThat(kernel.whole("since")).isGreaterThan(1_000_000_000L);
        assertThat(kernel.text("installed")).isEqualTo("6.1.0-28-amd64");
    }

    @Test
    void a_package_is_no_security_upgrade_because_of_its_name() throws IOException {
        root.says("apt-get", """
                echo 'Inst libapache2-mod-security2 [2.9.6] (2.9.7 Debian:12.5/stable [amd64])'
                echo '1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.'""");
        assertThat(root.facts(shell()).one("upgrades").orElseThrow().whole("security"))
                .isZero();
    }

    @Test
    void a_source_that_was_never_fetched_has_no_time() throws IOException {
        root.remove("var/lib/apt/lists/deb.example.org_debian_dists_trixie_InRelease");
        assertThat(root.facts(shell()).one("apt-source").orElseThrow().optional("fetched"))
                .isEmpty();
    }

    @Test
    void puppet_that_is_disabled_says_why_in_harmless_characters() throws IOException {
        root.file(
                "var/cache/puppet/state/agent_disabled.lock",
                "{\"disabled_message\":\"moving \\\"disks\\\"\u0007 100% = é\",\"x\":\"y\"}");
        assertThat(root.facts(shell()).one("puppet-disabled").orElseThrow().text("reason"))
                .isEqualTo("moving \"disks\"\u0007 100% = é");
    }

    @Test
    void a_failed_catalog_leaves_numbers_out() throws IOException {
        root.file("var/cache/puppet/public/last_run_summary.yaml", "---\ntime:\n  last_run: 1763791200\n");
        assertThat(root.facts(shell()).one("puppet").orElseThrow().values())
                .containsEntry("last-run", "1763791200")
                .doesNotContainKey("failed");
    }

    @Test
    void failed_units_and_the_packages_that_want_a_reboot_are_named() throws IOException {
        root.says(
                "systemctl",
                "case $* in is-system-running) echo degraded; exit 1;; *) echo 'a\\x2db.service loaded failed failed A'; echo '* c.service loaded failed failed C';; esac");
        root.file("run/reboot-required", "");
        root.file("run/reboot-required.pkgs", "linux-image-amd64\nlibc6\nlibc6\n");
        root.file("boot/vmlinuz-6.1.0-30-amd64", "");
        Facts facts = root.facts(shell());
        assertThat(facts.one("systemd").orElseThrow().text("state")).isEqualTo("degraded");
        assertThat(facts.all("failed-unit"))
                .extracting(line -> line.text("name"))
                .containsExactly("a\\x2db.service", "c.service");
        assertThat(facts.one("reboot").orElseThrow().yes("required")).isTrue();
        assertThat(facts.all("reboot-package"))
                .extracting(line -> line.text("name"))
                .containsExactly("linux-image-amd64", "libc6");
        assertThat(facts.one("kernel").orElseThrow().text("installed")).isEqualTo("6.1.0-30-amd64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timedatectl | case $* in show*) echo yes;; *) echo '       Offset: -1.5ms';; esac | timesyncd | -0.0015",
                "timedatectl | case $* in show*) echo no;; *) echo '       Offset: +1min 2s';; esac | timesyncd | 62.0",
                "ntpq        | echo 'leap=00, offset=-3.25'                                        | ntp       | -0.00325",
            })
    void other_time_keepers_are_understood_too(String program, String script, String source, double offset)
            throws IOException {
        root.remove("bin/chronyc");
        root.says(program, script);
        Facts.Line clock = root.facts(shell()).one("clock").orElseThrow();
        assertThat(clock.text("source")).isEqualTo(source);
        assertThat(clock.decimal("offset")).isEqualTo(offset);
    }

    @Test
    void a_word_that_it_does_not_know_is_refused() throws IOException {
        assertThat(root.run(shell(), "everything")).startsWith("usage: ");
        assertThat(root.run(shell(), "-c", "touch /tmp/x")).startsWith("usage: ");
    }
}
