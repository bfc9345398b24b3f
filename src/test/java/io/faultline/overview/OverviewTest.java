package io.faultline.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.World;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Needs;
import io.faultline.catalog.Service;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.config.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverviewTest {
    private static final Result EXPIRED = Result.critical("the Release file has expired", Fact.butWas("yesterday"));

    @TempDir
    Path folder;

    private final World world = World.example();

    private Document page(String path) throws IOException {
        new Overview(world.catalog(), world.history(), World.ZONE).write(folder, world.now());
        return Jsoup.parse(folder.resolve(path).toFile());
    }

    private List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void the_verdict_counts_what_is_broken_and_what_is_not_known() throws IOException {
        world.certainly("apt-custom/release", EXPIRED);
        world.certainly("apt-custom/https", Result.ok("200"), "builds/recent", Result.ok("2 h old"));
        world.results("dns/soa", Result.critical("no answer"));
        Document index = page("index.html");
        assertThat(index.select("h1").text()).isEqualTo("1 of 3 services has a problem");
        assertThat(index.select(".remark").text()).isEqualTo("1 being retried, 1 no result yet");
        assertThat(index.title()).startsWith("1 of 3 services has a problem");
    }

    @Test
    void all_is_well_only_when_all_was_checked() throws IOException {
        world.results("apt-custom/release", Result.ok("valid"), "apt-custom/https", Result.ok("200"));
        assertThat(page("index.html").select("h1").text()).isEqualTo("No problem is certain; 1 of 3 services works");
        world.results("dns/soa", Result.ok("same serial"), "builds/recent", Result.ok("2 h old"));
        assertThat(page("index.html").select("h1").text()).isEqualTo("All 3 services work");
    }

    @Test
    void services_are_sorted_by_what_they_inherit() throws IOException {
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "http");
        Document index = page("index.html");
        assertThat(index.select("section:has(#services) tbody th a").eachText())
                .containsExactly("apt-custom", "builds", "dns", "blog");
        assertThat(index.select("section:has(#services) tbody .importance").eachText())
                .containsExactly("critical", "critical", "critical", "medium");
    }

    @Test
    void pages_are_made_whatever_class_loader_the_thread_has() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertThat(page("index.html").select("h1").text()).isNotEmpty();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void strangers_read_how_services_are_and_nothing_else() {
        world.certainly("apt-custom/release", EXPIRED);
        Page.Public page = new Pages(world.catalog(), world.history(), World.ZONE, world.now()).forEverybody();
        String html = new Overview(world.catalog(), world.history(), World.ZONE).html(page);
        assertThat(html)
                .contains("1 of 3 services has a problem")
                .contains("apt-custom")
                .doesNotContain("expired", "yesterday", "apt-vm", "Debian packages", "example.org", "infra");
    }

    @Test
    void a_badge_says_it_in_words_and_escapes_them() {
        assertThat(Badge.of("<dns>&", Condition.CRITICAL))
                .contains("<title>&lt;dns&gt;&amp;: CRITICAL</title>")
                .doesNotContain("<dns>");
    }

    @Test
    void the_index_says_of_when_it_is() throws IOException {
        world.results("dns/soa", Result.ok("same serial"));
        world.pass(Duration.ofMinutes(7));
        assertThat(page("index.html").select(".asof time").eachAttr("datetime"))
                .containsExactly("2026-11-22T12:00:00Z", "2026-11-22T12:07:00Z");
    }

    @Test
    void what_needs_attention_beside_problems_is_shown() throws IOException {
        world.problem("services/gitlab.yaml", "unknown key 'porpose'; did you mean 'purpose'?");
        world.certainly("apt-custom/release", EXPIRED);
        world.history().mailFailed(world.mails().get(0).messageId(), world.now(), "connection refused by mail:25");
        world.defaultTeam(null);
        Document index = page("index.html");
        assertThat(index.text())
                .contains("services/gitlab.yaml:3:1: unknown key 'porpose'")
                .contains("Nobody is told about apt-custom, builds, dns, apt-vm")
                .contains("1 not sent yet")
                .contains("connection refused by mail:25");
    }

    @Test
    void a_subject_page_tells_what_is_known() throws IOException {
        world.certainly("dns/soa", Result.critical("no answer from ns1.example.org"));
        world.certainly("apt-custom/release", EXPIRED);
        Document page = page("service/apt-custom.html");
        assertThat(page.select("h1").text()).isEqualTo("service apt-custom CRITICAL");
        assertThat(page.text())
                .contains("Our own Debian packages")
                .contains("everybody, anonymously")
                .contains("reprepro, nginx")
                .contains("critical through what depends on it; high by itself")
                .contains("infra (the default team)")
                .contains("but was: yesterday")
                .contains("failed 2 times in a row")
                .contains("last 2 results: 2 CRITICAL")
                .contains("dns: soa became CRITICAL: no answer from ns1.example.org");
        assertThat(page.select("section:has(#dependants) tbody a").eachText()).containsExactly("builds");
        assertThat(page.select("section:has(#dependencies) tbody a").eachText()).containsExactly("apt-vm", "dns");
        assertThat(page.select("section:has(#incident) tbody .badge").text()).isEqualTo("open");
        assertThat(page.select("dl a").attr("href")).isEqualTo("https://git.example.org/puppet/apt-custom");
    }

    @Test
    void incidents_are_listed_open_and_resolved() throws IOException {
        world.certainly("apt-custom/release", EXPIRED, "dns/soa", Result.critical("no answer"));
        world.pass(Duration.ofMinutes(29)).results("dns/soa", Result.ok("same serial"));
        Document page = page("incidents.html");
        assertThat(page.select("section:has(#open) tbody a").eachText()).containsExactly("apt-custom");
        assertThat(page.select("section:has(#resolved) tbody a").eachText()).containsExactly("dns");
        assertThat(page.select("section:has(#resolved) tbody .importance").text())
                .isEqualTo("30 min");
    }

    @Test
    void every_link_leads_somewhere() throws IOException {
        world.certainly("apt-custom/release", EXPIRED);
        page("index.html");
        for (Path file : pages()) {
            for (Element link : Jsoup.parse(file.toFile()).select("a[href], link[href]")) {
                String href = link.attr("href");
                if (!href.startsWith("https://")) {
                    assertThat(file.resolveSibling(href).normalize()).exists();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</title></main><iframe src=//evil.example.org>",
                "javascript:alert(1)",
                "${1+1} !{x} @template.x() @`",
                "&lt;b&gt; &#60;",
                "<!-- --> ]]> \\u003cscript\\u003e"
            })
    void hostile_text_stays_text(String hostile) throws IOException {
        world.add(new Service(
                "evil",
                hostile,
                Optional.of(hostile),
                List.of(hostile),
                Optional.of(hostile),
                new Needs(Importance.HIGH, Importance.LOW, Importance.LOW),
                Optional.empty(),
                List.of("dns"),
                List.of(World.check("evil", "http", hostile)),
                new Place(hostile, 1, 1)));
        world.problem(hostile, hostile);
        world.certainly("evil/http", Result.critical(hostile, Fact.of(hostile, hostile)));
        world.history().mailFailed(world.mails().get(0).messageId(), world.now(), hostile);
        page("index.html");
        int seen = 0;
        for (Path file : pages()) {
            Document page = Jsoup.parse(file.toFile());
            seen += page.text().contains(hostile.strip()) ? 1 : 0;
            onlyHarmless(page);
        }
        assertThat(seen).as("pages that show the text as it is").isGreaterThanOrEqualTo(2);
    }

    @Test
    void pages_hold_no_script_no_inline_style_and_nothing_remote() throws IOException {
        world.certainly("apt-custom/release", EXPIRED);
        page("index.html");
        assertThat(pages()).hasSize(6);
        for (Path file : pages()) {
            Document page = Jsoup.parse(file.toFile());
            onlyHarmless(page);
            assertThat(page.select("html").attr("lang")).isEqualTo("en");
            assertThat(page.select("main, header, nav, footer")).hasSize(4);
            assertThat(page.select("h1")).hasSize(1);
            assertThat(page.select("table th")).allMatch(th -> th.hasAttr("scope"));
            assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                    .startsWith("default-src 'none'; style-src 'self';");
            assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
        }
        assertThat(Files.readString(folder.resolve("faultline.css"))).doesNotContain("url(", "@import", "http");
    }

    private static void onlyHarmless(Document page) {
        assertThat(page.select("script, style, iframe, img, object, embed, form, base, svg, [style], [src], [srcset]"))
                .isEmpty();
        assertThat(page.select("link").eachAttr("rel")).containsExactly("stylesheet");
        for (Element element : page.getAllElements()) {
            for (Attribute attribute : element.attributes()) {
                assertThat(attribute.getKey()).doesNotStartWith("on");
                if (attribute.getKey().equals("href")) {
                    assertThat(attribute.getValue()).matches("https?://[!-~]+|[a-z0-9./_-]+\\.(html|css)");
                }
            }
        }
    }

    @Test
    void unchanged_pages_are_left_alone_and_pages_of_what_is_gone_are_removed() throws IOException {
        world.results("dns/soa", Result.ok("same serial"));
        page("index.html");
        FileTime long_ago = FileTime.fromMillis(0);
        Path dns = folder.resolve("service/dns.html");
        Path mine = folder.resolve("service/mine.html");
        Files.setLastModifiedTime(dns, long_ago);
        Files.writeString(mine, "<p>not written by Faultline</p>");
        world.remove("builds");
        page("index.html");
        assertThat(Files.getLastModifiedTime(dns)).isNotEqualTo(long_ago);
        Files.setLastModifiedTime(dns, long_ago);
        page("index.html");
        assertThat(Files.getLastModifiedTime(dns)).isEqualTo(long_ago);
        assertThat(folder.resolve("service/builds.html")).doesNotExist();
        assertThat(mine).exists();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".part"))).isEmpty();
        }
    }
}
