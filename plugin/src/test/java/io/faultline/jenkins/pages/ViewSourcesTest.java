package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void views_escape_and_hold_no_scripts_styles_or_class_names() throws IOException {
        List<Path> views;
        try (Stream<Path> files = Files.walk(VIEWS)) {
            views = files.filter(file -> file.toString().endsWith(".jelly")).toList();
        }
        assertTrue(views.size() > 20, views.toString());
        List<String> wrong = new ArrayList<>();
        for (Path view : views) {
            String source = Files.readString(view);
            if (!source.startsWith(ESCAPES)) {
                wrong.add(view + " does not begin with " + ESCAPES);
            }
            FORBIDDEN.matcher(source).results().forEach(found -> wrong.add(view + " has " + found.group()));
        }
        assertEquals(List.of(), wrong);
    }
}
