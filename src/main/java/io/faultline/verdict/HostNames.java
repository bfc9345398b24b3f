package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the hosts that a log speaks of, to be matched to the services that people have described. Bounded: at most
 * {@value #MAX_HOSTS} names, those seen last. Not for use by several threads.
 */
final class HostNames {
    static final List<String> SCHEMES = List.of(
            "http://",
            "https://",
            "ssh://",
            "sftp://",
            "git://",
            "rsync://",
            "ftp://",
            "ftps://",
            "svn://",
            "ldap://",
            "socks5://",
            " git@");

    private static final int MAX_HOSTS = 256;
    private static final int MAX_NAME = 253;
    private static final Pattern NAME = Pattern.compile(
            "(?<![\\w.@/-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.){1,8}[A-Za-z]{2,63}(?![\\w-])");

    /** In the order in which they were seen last. */
    private final Map<String, Long> lastLine = new LinkedHashMap<>();

    private byte[] recent = new byte[0];
    private long recentLine;

    /** An address begins at {@code at}. */
    void address(long line, byte[] bytes, int at, int to) {
        int from = at;
        while (from < to && bytes[from] != ':' && bytes[from] != '@') {
            from++;
        }
        from += from < to && bytes[from] == ':' ? 3 : 1;
        int end = from;
        int limit = Math.min(to, from + MAX_NAME + 65);
        while (end < limit && !ends(bytes[end])) {
            if (bytes[end] == '@') {
                from = end + 1;
            }
            end++;
        }
        if (end - from < 2 || end - from > MAX_NAME) {
            return;
        }
        if (same(bytes, from, end)) {
            recentLine = line;
            return;
        }
        settle();
        recent = Arrays.copyOfRange(bytes, from, end);
        recentLine = line;
    }

    private static boolean ends(byte b) {
        boolean letter = (b | 32) >= 'a' && (b | 32) <= 'z';
        boolean digit = b >= '0' && b <= '9';
        return !letter && !digit && b != '.' && b != '-' && b != '_' && b != '@';
    }

    private boolean same(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, recent, 0, recent.length);
    }

    private void settle() {
        if (recent.length > 0) {
            add(recentLine, new String(recent, StandardCharsets.ISO_8859_1));
        }
    }

    /** All that looks like a host name in a line that is bounded already. */
    void text(long line, String text) {
        Matcher names = NAME.matcher(text);
        while (names.find()) {
            add(line, names.group());
        }
    }

    private void add(long line, String name) {
        String key = name.toLowerCase(Locale.ROOT);
        Long before = lastLine.remove(key);
        lastLine.put(key, before == null ? line : Math.max(before, line));
        if (lastLine.size() > MAX_HOSTS) {
            lastLine.remove(lastLine.keySet().iterator().next());
        }
    }

    /** Names and the last line each stands in, the latest first. */
    List<HostMention> mentions() {
        settle();
        List<HostMention> mentions = new ArrayList<>();
        lastLine.forEach((name, line) -> mentions.add(new HostMention(name, line)));
        mentions.sort((a, b) -> a.lastLine() != b.lastLine()
                ? Long.compare(b.lastLine(), a.lastLine())
                : a.name().compareTo(b.name()));
        return List.copyOf(mentions);
    }
}
