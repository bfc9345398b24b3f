package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksCheckTest {
    private HttpPeer site;
    private HttpPeer other;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws IOException {
        site = HttpPeer.start();
        other = HttpPeer.start();
        missing(site, "/");
        missing(other, "/");
        page(
                "/",
                "<a href='/a.html'>a</a> <a href='mailto:x@example.org'>m</a> <img src=/logo.png><a href='#top'>t</a>"
                        + "<a href=\"/a.html#part\">p</a>");
        page("/a.html", "<h1 id=part>x</h1><a href='./'>back</a> <a href='/private/x'>p</a> <a href='/moved'>m</a>");
        page("/b.html", "b");
        page("/logo.png", "png");
        page("/wiki/Übersicht", "here");
        site.redirect("/moved", 301, "/b.html");
        site.redirect("/round", 302, "/turn");
        site.redirect("/turn", 302, "/round");
    }

    private void page(String path, String html) {
        site.handle(path, exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            boolean there = exchange.getRequestURI().getPath().equals(path);
            byte[] body = ("<html><body>" + html + "</body></html>").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(there ? 200 : 404, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        });
    }

    private static void missing(HttpPeer peer, String path) {
        peer.handle(path, exchange -> exchange.sendResponseHeaders(404, -1));
    }

    @AfterEach
    void stop() {
        site.close();
        other.close();
    }

    private Trial trial(String... more) {
        return Trial.of("links", "url: " + site.uri("/"), "pause: 1ms", String.join("\n", more));
    }

    @Test
    void a_site_whose_links_lead_somewhere_is_ok() {
        assertThat(Trial.shown(trial("fragments: true", "ignore: private").run()))
                .startsWith("OK the links lead somewhere")
                .contains("read=5.0", "broken=0.0");
        assertThat(asked).contains("/b.html");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<a href=/gone>x</a>        |                 | CRITICAL | /gone is broken: 404 Not Found (linked from",
                "<img src=/gone.png>        |                 | CRITICAL | /gone.png is broken: 404",
                "<a href='http://[bad/'>x</a> |               | OK       | broken=0.0",
                "<a href='http://[bad/'>x</a> | external: true | WARNING | a link to an address that cannot be",
                "<a href=http://example.org:99999/>x</a> |    | OK       | broken=0.0",
                "<a href=http://example.org:99999/>x</a> | external: true | WARNING | an address that cannot be: http://example.org:99999/",
                "<a href=http://a_b.invalid/>x</a> | external: true | WARNING | http://a_b.invalid/ is broken: the name a_b.invalid has no address",
                "`<a href='/b.html?family=A|B{c}[d]^ %'>x</a>` | | OK      | broken=0.0",
                "<a href=/wiki/Übersicht>x</a> |               | OK       | read=4.0",
                "<a href='/wiki/%C3%9cbersicht#Ü b'>x</a> |    | OK       | read=4.0",
                "<a href='1:2'>x</a> <a href='javascript:'>x</a> | | CRITICAL | /1:2 is broken: 404",
                "<a href=/round>x</a>       |                 | CRITICAL | /round is broken: redirects lead in a circle (linked from",
                "<a href=/gone>x</a>        | ignore: go.e    | OK       | broken=0.0",
                "<a href=/a.html#nope>x</a> |                 | OK       | broken=0.0",
                "<a href=/a.html#nope>x</a> | fragments: true | CRITICAL | that part is not in the page",
                "<a href=OTHER/gone>x</a>   |                 | OK       | external=0.0",
                "<a href=OTHER/gone>x</a>   | external: true  | WARNING  | /gone is broken: 404",
                "<a href=http://127.0.0.1:1/>x</a> | external: true | WARNING | connection refused",
            })
    void broken_links_are_named(String html, String more, Status status, String shown) {
        page("/a.html", html.replace("OTHER", "http://" + other.address()) + "<h1 id=part>");
        trial(more == null ? "" : more).expect(status, shown);
    }

    @Test
    void robots_are_told_what_not_to_read_and_we_listen() {
        site.page(
                "/robots.txt",
                "text/plain",
                "User-agent: *\nDisallow: /private/\nDisallow: /*.html$\nAllow: /a.html$\n");
        assertThat(trial().run().status()).isEqualTo(Status.OK);
        assertThat(asked).contains("/a.html").doesNotContain("/b.html", "/private/x");
        site.page("/robots.txt", "text/plain", "User-agent: faultline\nDisallow: /\n\nUser-agent: *\nAllow: /\n");
        assertThat(Trial.shown(trial().run())).startsWith("UNKNOWN robots.txt forbids to read");
        site.page("/robots.txt", "text/plain", "User-agent: *\nCrawl-delay: 50\n");
        trial().expect(Status.UNKNOWN, "robots.txt wants 50s between two pages");
        site.handle("/robots.txt", exchange -> exchange.sendResponseHeaders(503, -1));
        trial().expect(Status.CRITICAL, "robots.txt cannot be read, so nothing else is: 503");
    }

    @Test
    void others_that_stand_still_are_named_and_cost_a_part_of_the_time() throws IOException {
        try (ScriptedServer silent = ScriptedServer.saying("")) {
            page("/a.html", "<a href=http://" + silent.address() + "/>x</a> <a href=" + other.uri("/gone") + ">y</a>");
            assertThat(Trial.shown(trial("external: true").run()))
                    .startsWith("WARNING")
                    .contains(silent.address() + "/ is broken: no answer in time", "/gone is broken: 404");
        }
    }

    @Test
    void what_others_send_is_not_read() {
        other.handle("/large", exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(head ? 405 : 200, head ? -1 : 3 << 20);
            exchange.getResponseBody().write(new byte[3 << 20]);
        });
        page("/a.html", "<a href=" + other.uri("/large") + ">x</a>");
        trial("external: true").budget(1 << 20).expect(Status.OK, "external_broken=0.0");
    }

    @Test
    void a_website_on_the_internet_leads_nobody_into_internal_networks() throws IOException {
        page("/a.html", "<a href=" + other.uri("/gone") + ">x</a> <a href=http://[::ffff:10.0.0.1]/>y</a>");
        try (SocksPeer proxy = new SocksPeer()) {
            proxy.knows("www.example.org", site.address());
            Result result = Trial.of("links", "url: http://www.example.org/", "pause: 1ms", "external: true")
                    .through(proxy.route(), new SystemResolver())
                    .run();
            assertThat(Trial.shown(result))
                    .startsWith("WARNING")
                    .contains(
                            "/gone is broken: " + other.address() + " is in an internal network",
                            "10.0.0.1]/ is broken");
        }
        assertThat(other.requests()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/private     | /private/x | false",
                "/private     | /public    | true",
                "/*/x         | /a/b/x     | false",
                "/x$          | /x         | false",
                "/x$          | /xy        | true",
                "/*.html$     | /a.html?b  | true",
                "/*.html      | /a.html?b  | false",
                "/            | /          | false",
            })
    void rules_are_read_as_the_standard_says(String rule, String path, boolean allowed) {
        assertThat(Robots.parse("User-Agent: *\nDisallow: " + rule + " # why\n").allows(path))
                .isEqualTo(allowed);
    }

    @Test
    void the_number_of_pages_is_bounded() {
        page("/a.html", "<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a>");
        assertThat(Trial.shown(trial("most-pages: 2").run())).contains("read=2.0", "not read: ");
    }
}
