package io.faultline.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.faultline.alert.OpenPgpEnvelope;
import io.faultline.catalog.Advice;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogDocs;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CatalogSchema;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.MailKind;
import io.faultline.catalog.MailTemplates;
import io.faultline.catalog.Subject;
import io.faultline.catalog.Team;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Durations;
import io.faultline.config.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faultline catalog}: for those who write and review catalogues. Reads files, and opens no connection. */
@Command(
        name = "catalog",
        description = "Check, list and document the catalogue.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class CatalogCommand {
    private static final int GOOD = 0;
    private static final int ADVICE = 1;
    private static final int REFUSED = 2;

    private final Host host;

    public CatalogCommand(Host host) {
        this.host = host;
    }

    @Command(
            name = "check",
            description = {
                "Tell every mistake in a catalogue: file:line:column: message.",
                "Exit code 0: none; 1: none, but there is advice (--strict has more); 2: something is refused."
            },
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "PATH", arity = "0..*", description = "Folders and files of the catalogue.")
                    List<Path> paths,
            @Option(names = "--json", description = "Write one JSON object.") boolean json,
            @Option(names = "--strict", description = "Tell as well what is not wrong but will be missed one day.")
                    boolean strict)
            throws IOException {
        Catalog catalog = read(paths);
        List<Problem> advice = new ArrayList<>(
                OpenPgpEnvelope.unusable(catalog.teams(), host.clock().instant()));
        if (strict) {
            advice.addAll(Advice.on(catalog));
        }
        if (json) {
            writeJson(catalog, advice);
        } else {
            catalog.problems().forEach(host.out()::println);
            advice.forEach(one -> host.out().println(one.place() + ": advice: " + one.message()));
            host.out().println(summary(catalog));
        }
        return !catalog.problems().isEmpty() ? REFUSED : advice.isEmpty() ? GOOD : ADVICE;
    }

    @Command(
            name = "list",
            description = "List all checks: name, type, interval, importance of the service, team.",
            mixinStandardHelpOptions = true)
    int list(
            @Parameters(paramLabel = "PATH", arity = "0..*", description = "Folders and files of the catalogue.")
                    List<Path> paths) {
        Catalog catalog = read(paths);
        List<List<String>> rows = catalog.subjects()
                .flatMap(subject -> subject.checks().stream().map(check -> row(catalog, subject, check)))
                .toList();
        int[] widths = new int[4];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            host.out().println(line.append(row.get(widths.length)));
        }
        catalog.problems().forEach(host.err()::println);
        return catalog.problems().isEmpty() ? GOOD : REFUSED;
    }

    private static List<String> row(Catalog catalog, Subject subject, CheckDefinition check) {
        return List.of(
                check.id().toString(),
                check.type(),
                Durations.write(check.every()),
                catalog.importance(subject.name()).word(),
                catalog.teamOf(subject.name()).map(Team::name).orElse("-"));
    }

    @Command(
            name = "schema",
            description = "Write the JSON Schemas of the catalogue's files, for editors.",
            mixinStandardHelpOptions = true)
    int schema(
            @Option(
                            names = "--out",
                            paramLabel = "DIR",
                            defaultValue = "resources/schema",
                            description = "Where to; ${DEFAULT-VALUE} if not given.")
                    Path out)
            throws IOException {
        write(out, CatalogSchema.files(CheckTypes.ALL));
        return GOOD;
    }

    @Command(
            name = "mail-templates",
            description = {
                "Write the templates of mails that hold if nothing else is said, to change and review them.",
                "'templates' under 'alerts' in controller.yaml names the folder."
            },
            mixinStandardHelpOptions = true)
    int mailTemplates(@Parameters(paramLabel = "DIR", description = "Where to.") Path out) throws IOException {
        for (MailKind kind : MailKind.values()) {
            Path file = out.resolve(kind.file());
            if (Files.exists(file) && !Files.readString(file).equals(MailTemplates.shippedText(kind))) {
                throw new CommandFailed(file + " is somebody's own; move it away first");
            }
        }
        write(out, MailKind.all().collect(Collectors.toMap(MailKind::file, MailTemplates::shippedText)));
        return GOOD;
    }

    @Command(
            name = "docs",
            description = "Write the reference pages of the check types, and the tables of keys in catalogue.md.",
            mixinStandardHelpOptions = true)
    int docs(
            @Option(
                            names = "--out",
                            paramLabel = "DIR",
                            defaultValue = "docs",
                            description = "Where to; ${DEFAULT-VALUE} if not given.")
                    Path out)
            throws IOException {
        write(out, CatalogDocs.pages(CheckTypes.ALL));
        Path page = host.directory().resolve(out).resolve(CatalogDocs.CATALOGUE_PAGE);
        if (Files.exists(page)) {
            write(out, Map.of(CatalogDocs.CATALOGUE_PAGE, CatalogDocs.withTables(Files.readString(page))));
        }
        return GOOD;
    }

    private Catalog read(List<Path> paths) {
        List<Path> given = paths == null || paths.isEmpty()
                ? host.catalogPlaces().stream().filter(Files::exists).limit(1).toList()
                : paths;
        return CatalogReader.read(given.isEmpty() ? host.catalogPlaces() : given, CheckTypes.ALL, host.statePlace());
    }

    /** {@code 14 services, 9 machines, 3 teams, 61 checks; 2 files refused}. */
    static String summary(Catalog catalog) {
        String there = count(catalog.services().size(), "service") + ", "
                + count(catalog.machines().size(), "machine") + ", "
                + count(catalog.teams().size(), "team") + ", "
                + count(catalog.checks().count(), "check");
        return catalog.problems().isEmpty()
                ? there
                : there + "; " + count(catalog.problemsByFile().size(), "file") + " refused";
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void writeJson(Catalog catalog, List<Problem> advice) throws IOException {
        PrintStream out = host.out();
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("services", catalog.services().size());
            json.writeNumberField("machines", catalog.machines().size());
            json.writeNumberField("teams", catalog.teams().size());
            json.writeNumberField("checks", catalog.checks().count());
            json.writeNumberField("files_refused", catalog.problemsByFile().size());
            writeJson(json, "problems", catalog.problems());
            writeJson(json, "advice", advice);
            json.writeEndObject();
        }
        out.println();
    }

    private static void writeJson(JsonGenerator json, String name, List<Problem> problems) throws IOException {
        json.writeArrayFieldStart(name);
        for (Problem problem : problems) {
            json.writeStartObject();
            json.writeStringField("file", problem.place().file());
            json.writeNumberField("line", problem.place().line());
            json.writeNumberField("column", problem.place().column());
            json.writeStringField("message", problem.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(Path folder, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = host.directory().resolve(folder).resolve(file.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
                Files.writeString(path, file.getValue());
                host.out().println(path);
            }
        }
    }
}
