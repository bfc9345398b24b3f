package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.checks.CheckTypes;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Puppet module between a real puppetserver with PuppetDB, the agents of two nodes, and a controller that watches. */
@RealPeers
class PuppetServerPeersTest {
    private static final String WEB = "web1.example.org";
    private static final String MONITOR = "monitor.example.org";

    @TempDir
    static Path folder;

    private static PuppetServer puppet;

    @BeforeAll
    static void start() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path home = Files.createDirectory(folder.resolve("server"));
        puppet = PuppetServer.start(home, Path.of("resources/puppet").toAbsolutePath(), "faultline");
    }

    @AfterAll
    static void stop() {
        puppet.close();
    }

    @Test
    void aServiceIsTestedFromItsFirstRunToItsLast() throws IOException {
        Path spool = Files.createDirectory(folder.resolve("spool"));
        Files.writeString(puppet.configuration().resolve("faultline.yaml"), "spool: " + spool + "\n");
        Path event = spool.resolve("web1.puppet-run.event");
        int port = Ports.free();
        Path catalog = Files.createDirectories(folder.resolve("catalog"));
        Files.writeString(
                catalog.resolve("own.yaml"),
                "service: own\npurpose: Is not Puppet's.\nchecks: [{type: tcp, server: '127.0.0.1:%d', every: 24h}]\n"
                        .formatted(port));

        Files.createDirectory(folder.resolve("www"));
        try (RealServer nginx =
                Nginx.start(folder, "server { listen 127.0.0.1:%d; root %s/www; }".formatted(port, folder))) {
            nginx.listening(port);

            // Exported by one node, collected by the other.
            puppet.site(site(port, "include web", "file"));
            puppet.run(WEB);
            puppet.exported(2);
            puppet.run(MONITOR);
            assertThat(names(catalog)).containsExactly("own/tcp", "web/http");
            assertThat(event).exists();

            // Nothing changes, nothing is told.
            Files.delete(event);
            puppet.run(WEB);
            assertThat(event).doesNotExist();

            // Within the day only the trigger makes it run again.
            assertThat(RealServer.run(environment(), faultline("run", "--verbose", "--no-mail", "web")))
                    .contains("OK        web/http");
            String address = "127.0.0.1:" + Ports.free();
            try (RealServer watch = RealServer.start(
                    folder, environment(), faultline("watch", "--verbose", "--no-mail", "--listen", address))) {
                watch.saying("watching ");
                Path settings = Files.writeString(
                        folder.resolve("notify.conf"),
                        "url=http://%s/trigger\ncurl=%s\nspool=%s\n"
                                .formatted(
                                        address,
                                        Files.writeString(folder.resolve("curl"), "user = \"puppet:secret-token\"\n"),
                                        spool));

                // A run that breaks the service.
                puppet.site(site(port, "include web", "absent"));
                puppet.run(WEB);
                long ended = System.nanoTime();
                assertThat(event).content().contains("machine=web1&event=puppet-run&status=changed");
                // systemd's part, by faultline-notify.path.
                RealServer.run(
                        Map.of("FAULTLINE_NOTIFY_CONF", settings.toString()),
                        Path.of("resources/hooks/faultline-notify").toString(),
                        "--deliver");
                watch.saying("CRITICAL  web/http");
                Duration named = Duration.ofNanos(System.nanoTime() - ended);
                watch.saying("hard problem now");
                System.out.println("PuppetServerPeersTest: the broken service was named " + named.toMillis()
                        + " ms after the end of the run that broke it, and certain after "
                        + Duration.ofNanos(System.nanoTime() - ended).toMillis() + " ms");

                // The class goes, and the check with it.
                puppet.site(site(port, "", "absent"));
                puppet.run(WEB);
                puppet.exported(0);
                puppet.run(MONITOR);
                assertThat(names(catalog)).containsExactly("own/tcp");
                watch.saying("the catalogue has changed").saying("watching 2 checks");
            }
        }
    }

    private static String site(int port, String classes, String page) {
        return """
                class web {
                  file { '%1$s/www/index.html': ensure => %3$s, content => 'fine' }
                  @@faultline::machine { 'web1': address => '127.0.0.1' }
                  @@faultline::check { 'web':
                    type       => 'http',
                    options    => { 'url' => 'http://127.0.0.1:%2$d/', 'every' => '24h' },
                    depends_on => ['web1'],
                  }
                }
                node '%4$s' { %5$s }
                node '%6$s' { class { 'faultline::controller': folder => '%1$s/catalog/puppet' } }
                """.formatted(folder, port, page, WEB, classes, MONITOR);
    }

    private static Map<String, String> environment() {
        return Map.of("FAULTLINE_SECRET_TRIGGER_TOKEN", "secret-token", "STATE_DIRECTORY", folder + "/state");
    }

    private static String[] faultline(String command, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.faultline.cli.Main",
                                command,
                                "--catalog",
                                folder + "/catalog"),
                        Stream.of(arguments))
                .toArray(String[]::new);
    }

    private static List<String> names(Path catalog) {
        Catalog read = CatalogReader.read(List.of(catalog), CheckTypes.ALL, folder.resolve("state.db"));
        assertThat(read.problems()).isEmpty();
        return read.checks().map(check -> check.id().toString()).sorted().toList();
    }
}
