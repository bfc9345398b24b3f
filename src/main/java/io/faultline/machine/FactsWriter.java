package io.faultline.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes facts down as {@link FactsReader} reads them. */
public final class FactsWriter {
    private FactsWriter() {}

    /** The lines, from the header to the end line. */
    public static List<String> lines(Facts facts) {
        List<String> lines = new ArrayList<>();
        lines.add("faultline-facts " + FactsReader.VERSION);
        // Where a reader looks for it.
        facts.all("machine").forEach(line -> lines.add(line("machine", line)));
        facts.lines().forEach((kind, all) -> {
            if (!kind.equals("machine")) {
                all.forEach(line -> lines.add(line(kind, line)));
            }
        });
        lines.add("end lines=" + lines.size());
        return lines;
    }

    private static String line(String kind, Facts.Line line) {
        StringBuilder text = new StringBuilder(kind);
        for (Map.Entry<String, String> value : line.values().entrySet()) {
            text.append(' ').append(value.getKey()).append('=');
            for (byte b : value.getValue().getBytes(StandardCharsets.UTF_8)) {
                text.append(b > ' ' && b < 0x7f && b != '%' ? String.valueOf((char) b) : "%%%02X".formatted(b));
            }
        }
        return text.toString();
    }
}
