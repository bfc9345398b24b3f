package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** The versions that the documentation names are those that the tests run against, up to what stable updates change. */
@RealPeers
class ProgramsPeersTest {
    private static final Pattern PACKAGES = Pattern.compile("packages: \\{(.*)}");
    private static final Pattern ONE = Pattern.compile("([a-z0-9-]+): '?([^',]+)'?");
    private static final Path COVERAGE = Path.of("src/main/resources/io/faultline/catalog/coverage.yaml");

    @Test
    void versions_are_those_that_are_installed() throws IOException {
        SoftAssertions all = new SoftAssertions();
        int seen = 0;
        for (Matcher line = PACKAGES.matcher(Files.readString(COVERAGE)); line.find(); ) {
            for (Matcher one = ONE.matcher(line.group(1)); one.find(); seen++) {
                String installed = RealServer.run("dpkg-query", "-W", "-f", "${Version}", one.group(1));
                all.assertThat(series(installed.replaceFirst("^\\d+:", "")))
                        .as(one.group(1))
                        .isEqualTo(series(one.group(2)));
            }
        }
        all.assertAll();
        assertThat(seen).isPositive();
    }

    /** 1.22 of 1.22.1-9+deb12u11. */
    private static String series(String version) {
        return version.replaceFirst("^(\\d+(\\.\\d+)?).*$", "$1");
    }
}
