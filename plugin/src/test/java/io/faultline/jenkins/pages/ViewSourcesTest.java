package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every view of the plugin, seen in its source. */
class ViewSourcesTest {
    private static final Path VIEWS = Path.of("src/main/resources");
    private static final String ESCAPES = "<?jelly escape-by-default='true'?>";

    /** A Content-Security-Policy forbids the first three; a Jenkins with many class loaders does not know the last. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("<script|<style|\\s(style|on[a-z]+)=\"|<j:out|<j:new|<j:getStatic|<j:invokeStatic");

    private static final Pattern FIELD = Pattern.compile("<f:entry [^>]*field=\"(\\w+)\"");

    private static List<Path> views() throws IOException {
        try (Stream<Path> files = Files.walk(VIEWS)) {
            return files.filter(file -> file.toString().endsWith(".jelly")).toList();
        }
    }

    @Test
    void every_field_is_explained() throws IOException {
        List<String> unexplained = new ArrayList<>();
        int fields = 0;
        for (Path view : views()) {
            for (MatchResult field :
                    FIELD.matcher(Files.readString(view)).results().toList()) {
                fields++;
                Path help = view.resolveSibling("help-" + field.group(1) + ".html");
                if (Files.notExists(help) || Files.size(help) < 40) {
                    unexplained.add(help.toString());
                }
            }
        }
        assertEquals(List.of(), unexplained);
        assertTrue(fields > 20, "only " + fields + " fields were found");
    }

    @Test
    void views_escape_and_hold_no_scripts_styles_or_class_names() throws IOException {
        assertTrue(views().size() > 20);
        List<String> wrong = new ArrayList<>();
        for (Path view : views()) {
            String source = Files.readString(view);
            if (!source.startsWith(ESCAPES)) {
                wrong.add(view + " does not begin with " + ESCAPES);
            }
            FORBIDDEN.matcher(source).results().forEach(found -> wrong.add(view + " has " + found.group()));
        }
        assertEquals(List.of(), wrong);
    }
}
