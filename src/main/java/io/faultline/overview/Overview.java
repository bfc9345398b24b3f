package io.faultline.overview;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.history.History;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes the pages into a folder: static HTML and one style sheet, without scripts and without anything remote. A page
 * is there whole or not at all, is left alone if nothing on it changed, and is removed when its subject is gone.
 */
public final class Overview {
    private static final String STYLE_SHEET = "faultline.css";

    /** Every page of ours says this near its beginning; what does not is never deleted. */
    private static final String MARK = "<meta name=\"generator\" content=\"Faultline\">";

    private static final int MARK_WITHIN = 2000;
    private static final List<String> FOLDERS = List.of("service", "machine");

    private final Catalog catalog;
    private final History history;
    private final ZoneId zone;
    private final TemplateEngine templates;

    /** @param zone the zone that times are given in */
    public Overview(Catalog catalog, History history, ZoneId zone) {
        this.catalog = catalog;
        this.history = history;
        this.zone = zone;
        this.templates = templates();
    }

    /** The library looks for compiled templates with the thread's class loader, which in Jenkins knows none of them. */
    private static TemplateEngine templates() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Overview.class.getClassLoader());
        try {
            return TemplateEngine.createPrecompiled(
                    null, ContentType.Html, Overview.class.getClassLoader(), "io.faultline.overview.pages");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Writes all pages as of {@code now}.
     *
     * @return the start page
     */
    public Path write(Path folder, Instant now) throws IOException {
        Files.createDirectories(folder);
        for (String name : FOLDERS) {
            Files.createDirectories(folder.resolve(name));
        }
        replace(folder.resolve(STYLE_SHEET), styleSheet());
        Set<Path> written = new HashSet<>();
        for (Page page : new Pages(catalog, history, zone, now).all().toList()) {
            Path file = file(folder, page);
            replace(file, text(page).getBytes(StandardCharsets.UTF_8));
            written.add(file);
        }
        for (String name : FOLDERS) {
            removeOthers(folder.resolve(name), written);
        }
        return folder.resolve("index.html");
    }

    /** What strangers may read, as one HTML page that wants the style sheet beside it, as {@code faultline.css}. */
    public String html(Page.Public page) {
        return text(page);
    }

    /** The style sheet of all pages, in UTF-8. */
    public static byte[] styleSheet() {
        try (InputStream in = Overview.class.getResourceAsStream(STYLE_SHEET)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(Page page) {
        StringOutput out = new StringOutput();
        templates.render(page.template(), page, out);
        return out.toString();
    }

    /** Names are checked where the catalogue is read; a page outside of its folder must stay impossible all the same. */
    private static Path file(Path folder, Page page) {
        if (!page.path().matches("((service|machine)/)?" + CheckId.NAME_FORM + "\\.html")) {
            throw new IllegalArgumentException("no file name for a page: " + page.path());
        }
        return folder.resolve(page.path());
    }

    private static void replace(Path file, byte[] content) throws IOException {
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
            return;
        }
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void removeOthers(Path folder, Set<Path> written) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(".html") && !written.contains(file) && isOurs(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean isOurs(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MARK_WITHIN), StandardCharsets.UTF_8).contains(MARK);
        }
    }
}
