package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx: directories that it shows, a mirror, and a site with links. */
@RealPeers
class WebPeersTest {
    @TempDir
    static Path folder;

    private static RealServer nginx;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Path archive = Files.createDirectories(folder.resolve("www/archive/13.5"));
        Files.createDirectories(folder.resolve("www/archive/13.0"));
        Path tarball = Files.writeString(archive.resolve("browser-13.5.tar.xz"), "x");
        FileTime time = FileTime.from(Instant.parse("2026-11-20T12:00:00Z"));
        Files.setLastModifiedTime(tarball, time);
        Files.setLastModifiedTime(archive, time);
        Files.setLastModifiedTime(
                folder.resolve("www/archive/13.0"), FileTime.from(Instant.parse("2026-10-01T12:00:00Z")));
        for (String side : new String[] {"origin", "good", "late", "broken"}) {
            Files.createDirectories(folder.resolve("www/" + side));
            Files.writeString(
                    folder.resolve("www/" + side + "/trace"),
                    side.equals("late") ? "Sun Nov 15 12:00:00 UTC 2026\n" : "Sun Nov 22 11:00:00 UTC 2026\n");
            Files.writeString(folder.resolve("www/" + side + "/image"), side.equals("broken") ? "imagE" : "image");
        }
        Path site = Files.createDirectories(folder.resolve("www/site"));
        Files.writeString(site.resolve("index.html"), "<a href=a.html>a</a> <a href=sub/>s</a> <img src=gone.png>");
        Files.writeString(site.resolve("a.html"), "<a href=.>back</a>");
        Files.createDirectories(site.resolve("sub"));
        Files.writeString(site.resolve("sub/index.html"), "<a href=../a.html>a</a>");
        port = Ports.free();
        nginx = Nginx.start(
                        folder,
                        "server { listen 127.0.0.1:%d; root %s/www; location / { autoindex on; } }"
                                .formatted(port, folder))
                .listening(port);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "archive | url: AT/archive/;names: ['13.5'];holds: '.*[.]tar[.]xz';max-age: 3d | OK | changed: 2026-11-20T12:00:00Z",
                "archive | url: AT/archive/;holds: '.*[.]tar[.]xz';max-age: 1d | CRITICAL | 2 d old, expected at most 1d",
                "archive | url: AT/archive/;names: ['14.0']                   | CRITICAL | there is no 14.0",
                "archive | url: AT/archive/;matches: '13.0';holds: '.*'       | CRITICAL | nothing in",
                "archive | url: AT/archive/;matches: '13.*';least: 3          | CRITICAL | expected at least 3",
                "archive | url: AT/gone/                                      | CRITICAL | but was 404",
                "mirror  | origin: AT/origin/;mirror: AT/good/;trace: trace;files: [image];sizes: [image] | OK | lag=0.0s",
                "mirror  | origin: AT/origin/;mirror: AT/late/;trace: trace   | CRITICAL | 6 d 23 h behind",
                "mirror  | origin: AT/origin/;mirror: AT/broken/;files: [image] | CRITICAL | image differs: first at byte 4",
                "mirror  | origin: AT/origin/;mirror: AT/gone/;sizes: [image] | CRITICAL | but was 404",
                "mirror  | origin: AT/gone/;mirror: AT/good/;files: [image]   | UNKNOWN  | the origin does not give",
                "links   | url: AT/site/;pause: 1ms                           | CRITICAL | gone.png is broken: 404",
                "links   | url: AT/site/;pause: 1ms;ignore: gone              | OK       | read=3.0",
            })
    void pages_are_judged(String type, String lines, Status status, String shown) {
        trial(type, lines).expect(status, shown);
    }

    private static Trial trial(String type, String lines) {
        return Trial.of(type, lines.replace(';', '\n').replace("AT", "http://127.0.0.1:" + port))
                .at(Instant.parse("2026-11-22T12:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "archive | url: AT/archive/",
                "links   | url: AT/site/",
            })
    void a_server_that_stands_still_ends_in_time(String type, String lines) throws IOException {
        nginx.freeze();
        try {
            trial(type, lines).expectNoEnd();
            trial("mirror", "origin: AT/origin/;mirror: AT/good/;trace: trace")
                    .within(Duration.ofSeconds(1))
                    .expect(Status.UNKNOWN, "the origin does not give it");
        } finally {
            nginx.thaw();
        }
    }
}
