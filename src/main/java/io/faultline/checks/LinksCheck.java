package io.faultline.checks;

import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.LimitExceeded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Follows the links of a website, within bounds, and names those that lead nowhere. */
record LinksCheck(
        URI url,
        int mostPages,
        Duration pause,
        Optional<Pattern> ignore,
        boolean external,
        boolean fragments,
        Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("links")
            .summary("The links of a website lead somewhere.")
            .about("""
                    Starts at `url` and reads the pages below its host and folder, `most-pages` at most, one after the \
                    other with a `pause` in between (or robots.txt's Crawl-delay, if that is longer), and leaves alone \
                    what robots.txt forbids to all robots or to Faultline. Links, images, scripts and style sheets \
                    count. A link within the website that leads to an error is CRITICAL; with `external: true` links \
                    to elsewhere are tried too (HEAD first), and broken ones are a WARNING: they are not our fault. \
                    With `fragments: true` the part of the page that a link names must be there. If there are more \
                    pages than may be read, that is told.""")
            .example("""
                    url: https://www.example.org/
                    most-pages: 500
                    external: true""")
            .reads(LinksCheck::read);

    private static final long LARGEST_PAGE = 4 << 20;
    private static final int LARGEST_ROBOTS = 256 << 10;
    private static final int MOST_LINKS = 20_000;
    private static final int MOST_TOLD = 20;

    private static LinksCheck read(Keys keys) {
        return new LinksCheck(
                keys.uri("url", List.of("https", "http"), "The page to start at."),
                keys.integer("most-pages", 200, 1, 100_000, "So many pages and files of the website are asked for."),
                keys.duration("pause", Duration.ofMillis(100), "The pause between two requests."),
                keys.optionalPattern("ignore", "Addresses to leave alone: a regular expression to be found in them."),
                keys.flag("external", false, "Try links to other hosts too."),
                keys.flag("fragments", false, "What stands behind # must be an element of the page."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        return new Crawl(this, new Web(probe, caFile), probe).run();
    }

    /** What robots.txt says to us (RFC 9309): the paths that are forbidden, and how long to wait. */
    record Robots(List<Rule> rules, Duration delay) {
        record Rule(String path, boolean allowed) {}

        static Robots parse(String text) {
            List<Rule> ours = new ArrayList<>();
            List<Rule> all = new ArrayList<>();
            boolean namedUs = false;
            Duration delay = Duration.ZERO;
            List<List<Rule>> current = new ArrayList<>();
            boolean inAgents = false;
            for (String line : text.lines().toList()) {
                String[] parts = line.split("#", 2)[0].split(":", 2);
                if (parts.length < 2) {
                    continue;
                }
                String value = parts[1].strip();
                switch (parts[0].strip().toLowerCase(java.util.Locale.ROOT)) {
                    case "user-agent" -> {
                        if (!inAgents) {
                            current.clear();
                        }
                        inAgents = true;
                        if (value.equals("*")) {
                            current.add(all);
                        } else if (value.equalsIgnoreCase("faultline")) {
                            current.add(ours);
                            namedUs = true;
                        }
                    }
                    case "allow", "disallow" -> {
                        inAgents = false;
                        if (!value.isEmpty()) {
                            Rule rule = new Rule(value, parts[0].strip().equalsIgnoreCase("allow"));
                            current.forEach(rules -> rules.add(rule));
                        }
                    }
                    case "crawl-delay" -> {
                        inAgents = false;
                        if (!current.isEmpty() && value.matches("\\d{1,3}")) {
                            delay = Duration.ofSeconds(Long.parseLong(value));
                        }
                    }
                    default -> inAgents = false;
                }
            }
            return new Robots(namedUs ? ours : all, delay);
        }

        /** The longest rule that fits decides; at the same length the one that allows. */
        boolean allows(String path) {
            boolean allowed = true;
            int longest = -1;
            for (Rule rule : rules) {
                int length = rule.path().length();
                if (fits(rule.path(), path) && (length > longest || length == longest && rule.allowed())) {
                    longest = length;
                    allowed = rule.allowed();
                }
            }
            return allowed;
        }

        private static boolean fits(String rule, String path) {
            boolean toTheEnd = rule.endsWith("$");
            String[] parts = (toTheEnd ? rule.substring(0, rule.length() - 1) : rule).split("\\*", -1);
            int at = 0;
            for (int i = 0; i < parts.length; i++) {
                int found = i == 0
                        ? (path.startsWith(parts[0]) ? 0 : -1)
                        : i == parts.length - 1 && toTheEnd ? path.lastIndexOf(parts[i]) : path.indexOf(parts[i], at);
                if (found < at) {
                    return false;
                }
                at = found + parts[i].length();
            }
            return !toTheEnd || at == path.length();
        }
    }

    /** One walk through the website. */
    private static final class Crawl {
        private final LinksCheck check;
        private final Web web;
        private final Probe probe;
        private final Findings findings = new Findings();
        private final Deque<URI> next = new ArrayDeque<>();
        private final Set<URI> seen = new HashSet<>();
        private final Map<URI, URI> firstSeenOn = new LinkedHashMap<>();
        private final Map<URI, URI> elsewhere = new LinkedHashMap<>();
        private final Map<URI, Set<String>> anchors = new LinkedHashMap<>();
        private final Map<URI, URI> wanted = new LinkedHashMap<>();
        private final String folder;
        private Robots robots = new Robots(List.of(), Duration.ZERO);
        private int asked;
        private int broken;
        private int brokenElsewhere;

        Crawl(LinksCheck check, Web web, Probe probe) {
            this.check = check;
            this.web = web;
            this.probe = probe;
            String path = String.valueOf(check.url.getRawPath());
            this.folder = path.substring(0, path.lastIndexOf('/') + 1);
        }

        Result run() throws IOException {
            Web.Page file = web.get(check.url.resolve("/robots.txt"), LARGEST_ROBOTS);
            if (file.isOk()) {
                robots = Robots.parse(file.text());
            }
            URI start = check.url.getRawPath().isEmpty() ? check.url.resolve("/") : check.url;
            next.add(start);
            seen.add(start);
            if (!robots.allows(path(start))) {
                return Result.unknown("robots.txt forbids to read " + start);
            }
            while (!next.isEmpty() && asked < check.mostPages) {
                page(next.poll());
            }
            if (check.fragments) {
                fragments();
            }
            if (!next.isEmpty()) {
                findings.fact("not read", next.size() + " more, because of most-pages");
            }
            for (Map.Entry<URI, URI> link : elsewhere.entrySet()) {
                outside(link.getKey(), link.getValue());
            }
            findings.measured("read", asked, "");
            findings.measured("broken", broken, "");
            findings.measured("external", elsewhere.size(), "");
            findings.measured("external_broken", brokenElsewhere, "");
            return findings.result("the links lead somewhere");
        }

        private void page(URI address) throws IOException {
            pause();
            asked++;
            Web.Page page;
            try {
                // Only the head of what is no page: it may be large.
                boolean likelyPage = !String.valueOf(address.getPath())
                        .matches(
                                "(?i).*\\.(png|jpe?g|gif|svg|ico|css|js|pdf|zip|gz|xz|bz2|img|iso|deb|webm|mp4|sig|asc)");
                page = likelyPage ? web.get(address, LARGEST_PAGE) : web.head(address);
            } catch (LimitExceeded e) {
                if (probe.dialer().budgetLeft() == 0) {
                    throw e;
                }
                findings.fact("too large to read", address);
                return;
            }
            if (page.status() >= 300 && page.status() < 400 && page.location().isPresent()) {
                link(address, page.location().get());
                return;
            }
            if (page.status() >= 400) {
                broken(address, page.shownStatus());
                return;
            }
            if (page.field("Content-Type").orElse("").contains("html") && page.body().length > 0) {
                read(page);
            }
        }

        private void read(Web.Page page) {
            Document document = Jsoup.parse(page.text(), page.address().toString());
            if (check.fragments) {
                Set<String> names = new HashSet<>();
                document.select("[id]").forEach(element -> names.add(element.id()));
                document.select("a[name]").forEach(element -> names.add(element.attr("name")));
                anchors.put(page.address(), names);
            }
            for (Element element : document.select(
                    "a[href], area[href], link[href], img[src], script[src], iframe[src], source[src]")) {
                String target = element.absUrl(element.hasAttr("href") ? "href" : "src");
                if (!element.attr("rel").contains("preconnect")
                        && !element.attr("rel").contains("dns-prefetch")) {
                    link(page.address(), target.isEmpty() ? element.attr("href") : target);
                }
            }
        }

        private void link(URI from, String written) {
            String text = written.strip().replace(" ", "%20");
            if (text.isEmpty() || text.startsWith("#") && !check.fragments || seen.size() >= MOST_LINKS) {
                return;
            }
            URI to;
            try {
                to = from.resolve(text).normalize();
                if (!String.valueOf(to.getScheme()).matches("https?")) {
                    return;
                }
                if (to.getHost() == null) {
                    throw new IllegalArgumentException("no host");
                }
            } catch (IllegalArgumentException e) {
                broken(from, "a link to an address that cannot be: " + text);
                return;
            }
            if (check.ignore.map(pattern -> pattern.matcher(written).find()).orElse(false)) {
                return;
            }
            URI bare = bare(to);
            if (!isOurs(bare)) {
                if (check.external) {
                    elsewhere.putIfAbsent(bare, from);
                }
                return;
            }
            if (to.getFragment() != null && !to.getFragment().isEmpty() && wanted.size() < MOST_LINKS) {
                wanted.putIfAbsent(to, from);
            }
            if (robots.allows(path(bare)) && seen.add(bare)) {
                firstSeenOn.put(bare, from);
                next.add(bare);
            }
        }

        private static URI bare(URI address) {
            String text = address.toString();
            int hash = text.indexOf('#');
            URI bare = hash < 0 ? address : URI.create(text.substring(0, hash));
            return String.valueOf(bare.getRawPath()).isEmpty() ? bare.resolve("/") : bare;
        }

        private boolean isOurs(URI address) {
            return Http.host(address).equals(Http.host(check.url))
                    && address.getScheme().equalsIgnoreCase(check.url.getScheme())
                    && (folder.isEmpty() || address.getRawPath().startsWith(folder));
        }

        private void outside(URI address, URI from) throws IOException {
            pause();
            String fault;
            try {
                Web.Page page = web.head(address);
                if (page.status() == 403 || page.status() == 405 || page.status() == 501) {
                    page = web.get(address, LARGEST_PAGE);
                }
                // Too many requests, or a wall against robots: people get through.
                fault = page.status() < 400 || page.status() == 429 || page.status() == 403 ? "" : page.shownStatus();
            } catch (LimitExceeded e) {
                if (probe.dialer().budgetLeft() == 0) {
                    throw e;
                }
                fault = "";
            } catch (IOException e) {
                probe.lifetime().left();
                fault = String.valueOf(e.getMessage());
            }
            if (!fault.isEmpty() && ++brokenElsewhere <= MOST_TOLD) {
                findings.doubtful(address + " is broken: " + fault + " (linked from " + from + ")");
            }
        }

        private void broken(URI address, String why) {
            if (++broken <= MOST_TOLD) {
                URI from = firstSeenOn.get(address);
                findings.wrong(address + " is broken: " + why + (from == null ? "" : " (linked from " + from + ")"));
            }
        }

        private void fragments() {
            wanted.forEach((address, from) -> {
                Set<String> names = anchors.get(bare(address));
                // The top of a page is always there (HTML, 7.4.6.4).
                boolean top = address.getFragment().equalsIgnoreCase("top");
                if (names != null && !top && !names.contains(address.getFragment())) {
                    broken++;
                    findings.wrong(address + " is broken: that part is not in the page (linked from " + from + ")");
                }
            });
        }

        private void pause() throws IOException {
            if (asked > 0) {
                probe.lifetime().pause(check.pause.compareTo(robots.delay()) > 0 ? check.pause : robots.delay());
            }
        }

        private static String path(URI address) {
            return address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        }
    }
}
