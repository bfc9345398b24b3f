package io.faultline.verdict;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression in RE2 syntax that is compiled when a line is first shown to it: of many hundreds, a log needs a few.
 * Immutable but for that, for any number of threads.
 */
public final class Expression {
    private final String pattern;
    /** Two threads may compile it at the same time; either outcome will do. */
    private Pattern compiled;

    /** It is taken to be right: a mistake in it is a {@link PatternSyntaxException} at the first line. */
    public Expression(String pattern) {
        this.pattern = pattern;
    }

    public String pattern() {
        return pattern;
    }

    /** Searches a line in linear time. */
    public Matcher matcher(CharSequence line) {
        Pattern ready = compiled;
        if (ready == null) {
            ready = Pattern.compile(pattern);
            compiled = ready;
        }
        return ready.matcher(line);
    }

    @Override
    public String toString() {
        return pattern;
    }
}
