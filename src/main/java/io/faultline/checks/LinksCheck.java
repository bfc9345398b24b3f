package io.faultline.checks;

import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.LimitExceeded;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
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
                    count. A link within the website that leads to an error or in a circle is CRITICAL; with \
                    `external: true` links to elsewhere are tried too (HEAD first; as many as `most-pages`, each in a \
                    part of the time that is left), and broken ones are a WARNING: they are not our fault. \
                    Links from a website on the internet into internal networks (addresses of this machine, of a link \
                    and of private use) count as broken and are not tried: who may write a page must not steer \
                    Faultline there. Behind a proxy that holds for addresses, and not for names. \
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

    /** Each host elsewhere may take a fifth of what is left; a tenth of all is kept, to tell what was found. */
    private static final int OTHERS_PART = 5;

    private static final int RESERVE_PART = 10;

    /** What servers say to HEAD that know it not, or do not want it. */
    private static final Set<Integer> ASKED_AGAIN = Set.of(403, 405, 501);

    /** Too many requests, or a wall against robots. */
    private static final Set<Integer> PEOPLE_GET_THROUGH = Set.of(403, 429);

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
        private final Set<String> impossible = new HashSet<>();
        private final Map<URI, URI> redirects = new LinkedHashMap<>();
        private final String folder;
        private Robots robots = Robots.NONE;
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
            } else if (file.status() >= 500) {
                // A server that cannot tell its rules forbids everything (RFC 9309 2.3.1.4).
                return Result.critical("robots.txt cannot be read, so nothing else is: " + file.shownStatus());
            }
            if (robots.delay().compareTo(probe.lifetime().left()) >= 0) {
                return Result.unknown(
                        "robots.txt wants " + Durations.write(robots.delay()) + " between two pages",
                        Fact.of("what to do", "give the check a longer timeout, or Faultline a shorter Crawl-delay"));
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
            circles();
            outside();
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
                link(address, page.location().get()).ifPresent(to -> redirects.put(address, to));
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

        private void read(Web.Page page) throws IOException {
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

        /** @return where it leads, if that is on this website */
        private Optional<URI> link(URI from, String written) throws IOException {
            probe.lifetime().left();
            if (written.isBlank()
                    || written.startsWith("#") && !check.fragments
                    || seen.size() >= MOST_LINKS
                    || check.ignore
                            .map(pattern -> pattern.matcher(written).find())
                            .orElse(false)) {
                return Optional.empty();
            }
            URI to;
            try {
                Optional<URI> resolved = WrittenAddress.resolve(from, written);
                if (resolved.isEmpty()) {
                    return Optional.empty();
                }
                to = resolved.get();
                Http.host(to);
            } catch (IllegalArgumentException e) {
                // Whatever is written below our own host can be asked for: this is elsewhere.
                if (check.external && impossible.add(written)) {
                    brokenElsewhere("a link to an address that cannot be: " + written.strip(), from);
                }
                return Optional.empty();
            }
            URI bare = bare(to);
            if (!isOurs(bare)) {
                if (check.external && elsewhere.size() < check.mostPages) {
                    elsewhere.putIfAbsent(bare, from);
                }
                return Optional.empty();
            }
            if (to.getFragment() != null && !to.getFragment().isEmpty() && wanted.size() < MOST_LINKS) {
                wanted.putIfAbsent(to, from);
            }
            if (robots.allows(path(bare)) && seen.add(bare)) {
                firstSeenOn.put(bare, from);
                next.add(bare);
            }
            return Optional.of(bare);
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

        /** Links to elsewhere, as long as there is time; how long others take is not our fault. */
        private void outside() throws IOException {
            if (elsewhere.isEmpty()) {
                return;
            }
            Web strangers = web.strangers(check.url);
            Duration reserve = probe.lifetime().given().dividedBy(RESERVE_PART).plus(check.pause);
            int tried = 0;
            for (Map.Entry<URI, URI> link : elsewhere.entrySet()) {
                if (probe.lifetime().left().compareTo(reserve) < 0
                        || probe.dialer().budgetLeft() == 0) {
                    findings.fact("not tried", elsewhere.size() - tried + " links to elsewhere: they take too long");
                    break;
                }
                probe.lifetime().pause(check.pause);
                outside(strangers, link.getKey(), link.getValue());
                tried++;
            }
        }

        private void outside(Web strangers, URI address, URI from) throws IOException {
            try {
                Web.Page page = strangers.others(address, OTHERS_PART, asked -> {
                    Web.Page head = asked.head(address);
                    return ASKED_AGAIN.contains(head.status()) ? asked.head("GET", address) : head;
                });
                if (page.status() >= 400 && !PEOPLE_GET_THROUGH.contains(page.status())) {
                    brokenElsewhere(address + " is broken: " + page.shownStatus(), from);
                }
            } catch (Web.OthersFault e) {
                if (!(e.getCause() instanceof LimitExceeded)) {
                    brokenElsewhere(address + " is broken: " + e.why(), from);
                }
            }
        }

        private void brokenElsewhere(String fault, URI from) {
            if (++brokenElsewhere <= MOST_TOLD) {
                findings.doubtful(fault + " (linked from " + from + ")");
            }
        }

        /** Redirects that come back to where they began. */
        private void circles() {
            for (URI start : redirects.keySet()) {
                Set<URI> way = new HashSet<>();
                URI at = start;
                while (at != null && way.add(at)) {
                    at = redirects.get(at);
                }
                if (start.equals(at)) {
                    broken(start, "redirects lead in a circle");
                }
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
