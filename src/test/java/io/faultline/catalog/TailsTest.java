package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue of a whole project: complete, good, and nothing in it reaches anybody before it is filled in. */
class TailsTest {
    private static final Path TAILS = Path.of("resources/catalog/tails");
    private static final Catalog CATALOG = CatalogFolder.readAll(TAILS);

    @Test
    void nothing_is_wrong_with_it_and_nothing_is_missing() {
        assertThat(CATALOG.problems()).isEmpty();
        assertThat(Advice.on(CATALOG)).isEmpty();
    }

    @Test
    void its_services_are_as_important_as_they_are_there() {
        Map<Importance, String> services = CATALOG.services().stream()
                .collect(Collectors.groupingBy(
                        service -> CATALOG.importance(service.name()),
                        TreeMap::new,
                        Collectors.mapping(Service::name, Collectors.joining(" "))));
        assertThat(services)
                .isEqualTo(Map.of(
                        Importance.CRITICAL,
                        "apt-repository apt-snapshots apt-tagged-snapshots dns gitlab icinga jenkins rsync"
                                + " vpn web-server weblate website",
                        Importance.HIGH,
                        "git-annex gitolite images mail schleuder test-suite tor-browser-archive whisperback",
                        Importance.MEDIUM,
                        "bitcoind",
                        Importance.LOW,
                        "bittorrent meeting-reminder mumble tor-bridge xmpp"));
    }

    @Test
    void importance_travels_to_what_is_not_important_by_itself() {
        assertThat(CATALOG.dependants("vpn")).contains("icinga", "bitcoind");
        assertThat(CATALOG.dependants("web-server")).contains("jenkins");
        assertThat(CATALOG.importance("lizard")).isEqualTo(Importance.CRITICAL);
    }

    @Test
    void every_check_says_that_it_has_to_be_filled_in() {
        assertThat(CATALOG.checks().filter(check -> !(check.check() instanceof NotFilledIn)))
                .isEmpty();
    }

    @Test
    void every_check_says_its_priority() throws IOException {
        try (Stream<Path> files = Files.walk(TAILS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> checks = Files.readAllLines(file).stream()
                        .filter(line -> line.strip().startsWith("- type: "))
                        .toList();
                assertThat(checks).as(file.toString()).allMatch(line -> line.matches(".*# (CRITICAL|HIGH|MEDIUM|LOW)"));
            }
        }
    }
}
