package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The programs that the documentation names are there. That a version is another one than when they were written down is
 * said and fails nothing: the distribution's updates must not make anybody's build red.
 */
@RealPeers
class ProgramsPeersTest {
    private static final Pattern PACKAGES = Pattern.compile("packages: \\{(.*)}");
    private static final Pattern ONE = Pattern.compile("([a-z0-9-]+): '?([^',]+)'?");
    private static final Path COVERAGE = Path.of("src/main/resources/io/faultline/catalog/coverage.yaml");

    @Test
    void what_is_named_is_installed(TestReporter reporter) throws IOException {
        int seen = 0;
        for (Matcher line = PACKAGES.matcher(Files.readString(COVERAGE)); line.find(); ) {
            for (Matcher one = ONE.matcher(line.group(1)); one.find(); seen++) {
                String installed = RealServer.run("dpkg-query", "-W", "-f", "${Version}", one.group(1));
                assertThat(installed).as(one.group(1)).isNotEmpty();
                if (!series(installed.replaceFirst("^\\d+:", "")).equals(series(one.group(2)))) {
                    reporter.publishEntry(
                            one.group(1), "coverage.yaml says " + one.group(2) + ", installed is " + installed);
                }
            }
        }
        assertThat(seen).isPositive();
    }

    /** 1.22 of 1.22.1-9+deb12u11. */
    private static String series(String version) {
        return version.replaceFirst("^(\\d+(\\.\\d+)?).*$", "$1");
    }
}
