package io.faultline.checks;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** A directory as web servers show it: nginx, Apache, lighttpd. Times are taken as UTC, which is their default. */
record Listing(List<Entry> entries) {
    private static final Pattern DATE = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d|\\d\\d-[A-Z][a-z]{2}-\\d{4}|\\d{4}-[A-Z][a-z]{2}-\\d\\d) (\\d\\d:\\d\\d)");
    private static final List<DateTimeFormatter> FORMS = List.of(
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("yyyy-MMM-dd HH:mm", Locale.ENGLISH));
    private static final Pattern ELSEWHERE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");
    private static final int MOST_ENTRIES = 20_000;
    private static final int MOST_AFTER = 200;

    Listing {
        entries = List.copyOf(entries);
    }

    /** @param modified when it was changed, if the server shows that */
    record Entry(String name, boolean isFolder, Optional<Instant> modified) {}

    static Listing of(Web.Page page) {
        List<Entry> entries = new ArrayList<>();
        for (Element link : Jsoup.parse(page.text()).select("a[href]")) {
            String written = link.attr("href");
            String target = written.replaceFirst("^\\./", "");
            boolean isFolder = target.endsWith("/");
            String path = isFolder ? target.substring(0, target.length() - 1) : target;
            // Links to sort by a column, to the parent and to elsewhere are no entries.
            if (path.isEmpty()
                    || path.equals("..")
                    || path.matches(".*[/?#].*")
                    || ELSEWHERE.matcher(written).lookingAt()
                    || entries.size() >= MOST_ENTRIES) {
                continue;
            }
            entries.add(new Entry(decoded(path), isFolder, date(link)));
        }
        return new Listing(entries);
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    private static Optional<Instant> date(Element link) {
        Element row = link.closest("tr");
        StringBuilder after = new StringBuilder(row == null ? "" : row.text());
        for (Node node = link.nextSibling(); row == null && node != null; node = node.nextSibling()) {
            if (node instanceof Element || after.length() > MOST_AFTER) {
                break;
            }
            after.append(node instanceof TextNode text ? text.text() : "");
        }
        Matcher matcher = DATE.matcher(after);
        if (matcher.find()) {
            for (DateTimeFormatter form : FORMS) {
                try {
                    return Optional.of(LocalDateTime.parse(matcher.group(1) + " " + matcher.group(2), form)
                            .toInstant(ZoneOffset.UTC));
                } catch (DateTimeException e) {
                    // The next form, then.
                }
            }
        }
        return Optional.empty();
    }
}
