package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.FactsSource;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.machine.AgentRoot;
import io.faultline.machine.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Puppet itself leaves the summary of its last run, and the lock of a disabled agent, where our agent looks. */
@RealPeers
class PuppetPeersTest {
    private static final String FOLDER = "var/cache/puppet";

    @TempDir
    Path folder;

    private AgentRoot root;

    @BeforeEach
    void neverRun() throws IOException {
        root = AgentRoot.healthy(Files.createDirectory(folder.resolve("machine")));
        Files.delete(root.folder().resolve(FOLDER + "/public/last_run_summary.yaml"));
    }

    /** Whatever comes of it: its exit code tells more than failure and success. */
    private void puppet(String arguments) throws IOException {
        Path home = root.folder().resolve(FOLDER);
        RealServer.run(
                Map.of("HOME", folder.toString()),
                "sh",
                "-c",
                "puppet %s --confdir %s --vardir %s --publicdir %s/public --statedir %s/state || true"
                        .formatted(arguments, folder.resolve("etc"), home, home, home));
    }

    private Result result() throws IOException {
        Facts facts = root.facts(List.of("sh"));
        FactsSource source = new FactsSource() {
            @Override
            public Facts own() {
                return facts;
            }

            @Override
            public Facts of(String machine) {
                return facts;
            }
        };
        return Trial.of("puppet", "warning: 90m").facts(source).run();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "notify { 'x': }                       | OK       | Puppet ran ",
                "exec { '/bin/false': }                | CRITICAL | in Puppet's last run 1 resource failed",
                "notify { ['a', 'b']: } Notify['a'] -> Notify['b'] -> Notify['a'] | CRITICAL | 2 resources failed",
                "fail('nothing is left behind')        | UNKNOWN  | last_run_summary.yaml is not there",
            })
    void a_run_is_judged(String manifest, Status status, String shown) throws IOException {
        Path file = Files.writeString(folder.resolve("site.pp"), manifest + "\n");
        puppet("apply " + file);
        Result result = result();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    @Test
    void an_agent_that_is_disabled_is_told_with_the_reason() throws IOException {
        puppet("apply -e \"notify { 'x': }\"");
        puppet("agent --disable 'the upgrade of web'");
        assertThat(Trial.shown(result())).startsWith("WARNING Puppet is disabled: the upgrade of web");
        puppet("agent --enable");
        assertThat(Trial.shown(result())).startsWith("OK");
    }
}
