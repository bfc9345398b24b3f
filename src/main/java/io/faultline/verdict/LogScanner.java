package io.faultline.verdict;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds the lines of a log that signatures match. */
public final class LogScanner {
    private final Signatures signatures;

    public LogScanner(Signatures signatures) {
        this.signatures = signatures;
    }

    /** All hits in the order of the log. */
    public List<Hit> hits(InputStream log) throws IOException {
        List<Hit> hits = new ArrayList<>();
        long number = 0;
        BufferedReader lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8));
        StringBuilder segment = new StringBuilder();
        while (true) {
            int c = lines.read();
            if (c != '\n' && c != '\r' && c != -1) {
                segment.append((char) c);
                continue;
            }
            if (segment.length() > 0) {
                String text = LogLine.normalised(segment.toString());
                for (Signature signature : signatures.all()) {
                    if (signature.regex().matcher(text).find()) {
                        hits.add(new Hit(
                                signature, number + 1, text.substring(0, Math.min(text.length(), Hit.MAX_TEXT))));
                    }
                }
                segment.setLength(0);
            }
            if (c == '\n') {
                number++;
            } else if (c == -1) {
                return hits;
            }
        }
    }
}
