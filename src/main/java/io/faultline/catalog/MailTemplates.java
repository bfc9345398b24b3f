package io.faultline.catalog;

import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A template for each kind of mail: somebody's own, or the one that comes with Faultline. */
public record MailTemplates(Map<MailKind, MailTemplate> all) {
    private static final String SHIPPED_AT = "/io/faultline/mail/";

    public MailTemplates {
        all = Map.copyOf(all);
    }

    /** Those that come with Faultline. */
    public static MailTemplates shipped() {
        return Shipped.TEMPLATES;
    }

    private static final class Shipped {
        static final MailTemplates TEMPLATES = read();

        private static MailTemplates read() {
            Map<MailKind, MailTemplate> all = new EnumMap<>(MailKind.class);
            MailKind.all()
                    .forEach(kind -> all.put(
                            kind,
                            MailTemplate.parse(kind, shippedText(kind), (line, mistake) -> {
                                        throw new IllegalStateException(kind.file() + ":" + line + ": " + mistake);
                                    })
                                    .orElseThrow()));
            return new MailTemplates(all);
        }
    }

    /** The file that comes with Faultline, to begin one's own with. */
    public static String shippedText(MailKind kind) {
        try (InputStream in = MailTemplates.class.getResourceAsStream(SHIPPED_AT + kind.file())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public MailTemplate of(MailKind kind) {
        return all.get(kind);
    }

    /**
     * Those of a folder in place of the ones that come with Faultline; one with a mistake is not used.
     *
     * @param mistakes told of each
     */
    static MailTemplates in(Path folder, Consumer<Problem> mistakes) {
        Map<MailKind, MailTemplate> all = new EnumMap<>(Shipped.TEMPLATES.all());
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            mistakes.accept(problem(folder, 1, "expected a folder with templates of mails: " + e));
            return Shipped.TEMPLATES;
        }
        for (Path file : files) {
            Optional<MailKind> kind =
                    MailKind.all().filter(known -> file.endsWith(known.file())).findFirst();
            if (kind.isEmpty()) {
                mistakes.accept(problem(
                        file,
                        1,
                        "no mail is made of this; expected one of "
                                + String.join(
                                        ", ", MailKind.all().map(MailKind::file).toList())));
                continue;
            }
            try {
                String text = new String(LocalFile.read(file), StandardCharsets.UTF_8);
                MailTemplate.parse(kind.get(), text, (line, mistake) -> mistakes.accept(problem(file, line, mistake)))
                        .ifPresent(template -> all.put(kind.get(), template));
            } catch (LocalFault e) {
                mistakes.accept(problem(file, 1, e.getMessage()));
            }
        }
        return new MailTemplates(all);
    }

    private static Problem problem(Path file, int line, String message) {
        return new Problem(new Place(file.toString(), line, 1), message);
    }
}
