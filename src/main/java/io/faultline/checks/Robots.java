package io.faultline.checks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a robots.txt says to us (RFC 9309): the paths that are forbidden, and how long to wait between two requests. Of
 * more than {@value #MOST_RULES} rules the first hold: each is looked at for each link.
 */
record Robots(List<Rule> rules, Duration delay) {
    static final Robots NONE = new Robots(List.of(), Duration.ZERO);

    private static final int MOST_RULES = 1000;

    record Rule(String path, boolean allowed) {}

    Robots {
        rules = List.copyOf(rules);
    }

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
            switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
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
                        current.stream()
                                .filter(rules -> rules.size() < MOST_RULES)
                                .forEach(rules -> rules.add(rule));
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
