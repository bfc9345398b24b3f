package io.faultline.checks;

import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveCheckTest {
    private HttpPeer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpPeer.start();
        server.page("/nginx/", "text/html", """
                <html><head><title>Index of /nginx/</title></head><body><h1>Index of /nginx/</h1><hr><pre><a href="../">../</a>
                <a href="13.0/">13.0/</a>                     01-Nov-2026 10:00       -
                <a href="13.5/">13.5/</a>                     20-Nov-2026 12:00       -
                <a href="empty/">empty/</a>                    01-Jan-2020 12:00       -
                <a href="READ%20ME">READ ME</a>                  19-Nov-2026 12:00       5
                </pre><hr></body></html>""");
        server.page("/nginx/13.5/", "text/html", """
                <a href="../">../</a>
                <a href="browser-13.5.tar.xz">browser</a>      20-Nov-2026 11:00       5
                """);
        server.page("/nginx/empty/", "text/html", "<a href=\"../\">../</a>\n");
        server.page("/apache/", "text/html", """
                <table><tr><th><a href="?C=N;O=D">Name</a></th></tr>
                <tr><td><a href="/">Parent Directory</a></td></tr>
                <tr><td><a href="image.iso">image.iso</a></td><td align="right">2026-11-21 12:00  </td><td>1.0G</td></tr>
                </table>""");
        server.page("/lighttpd/", "text/html", """
                <tr class="d"><td class="n"><a href="../">..</a>/</td></tr><table>
                <tr><td class="n"><a href="image.iso">image.iso</a></td><td class="m">2026-Nov-21 12:00:00</td></tr></table>""");
        server.page("/bare/", "text/html", "<a href=a>a</a> <a href=b>b</a>");
        server.handle("/bare/b", exchange -> {
            exchange.getResponseHeaders().set("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT");
            exchange.sendResponseHeaders(200, -1);
        });
        server.page(
                "/colons/",
                "text/html",
                "<a href=2026-11-21T12:00:00/>a</a> <a href='./log:1'>b</a> <a href=mailto:ada@example.org>c</a>");
        server.page("/timeless/", "text/html", "<a href=a>a</a>");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nginx  |                                            | OK       | names=4.0",
                "colons | names: ['2026-11-21T12:00:00', 'log:1']    | OK       | names=2.0",
                "nginx  | names: [13.5, READ ME]                     | OK       | newest: 13.5",
                "nginx  | names: ['14.0']                            | CRITICAL | there is no 14.0 in",
                "nginx  | matches: '[0-9.]+';least: 3                | CRITICAL | expected at least 3 names",
                "nginx  | max-age: 3d                                | OK       | age=172800.0s",
                "nginx  | max-age: 1d                                | CRITICAL | 13.5 is the newest, 2 d old, expected at most 1d",
                "nginx  | matches: '[0-9.]+';holds: '.*[.]tar[.]xz'  | OK       | newest: browser-13.5.tar.xz",
                "nginx  | matches: '[0-9.]+';holds: '.*[.]tar[.]xz';max-age: 1d | CRITICAL | expected at most 1d",
                "nginx  | matches: '[0-9.]+';holds: '.*[.]zip'       | CRITICAL | matches .*[.]zip",
                "nginx  | matches: 'empty';holds: '.*'               | CRITICAL | nothing in",
                "nginx  | matches: 'READ.*';holds: '.*'              | CRITICAL | expected at least 1 directories",
                "apache | max-age: 2d                                | OK       | changed: 2026-11-21T12:00:00Z",
                "apache | max-age: 1h                                | CRITICAL | 1 d old",
                "lighttpd | max-age: 2d                              | OK       | changed: 2026-11-21T12:00:00Z",
                "bare   | max-age: 2d                                | OK       | changed: 2026-11-21T12:00:00Z",
                "timeless | max-age: 2d                              | CRITICAL | the server tells no time for a",
                "gone   |                                            | CRITICAL | expected 200, but was 404",
            })
    void directories_are_judged(String folder, String more, Status status, String shown) {
        Trial.of("archive", "url: " + server.uri("/" + folder + "/"), more == null ? "" : more.replace(';', '\n'))
                .at(Instant.parse("2026-11-22T12:00:00Z"))
                .expect(status, shown);
    }
}
