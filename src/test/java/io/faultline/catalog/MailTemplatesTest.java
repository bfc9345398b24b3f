package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MailTemplatesTest {
    @TempDir
    Path folder;

    private final List<String> mistakes = new ArrayList<>();

    private MailTemplates read() {
        return MailTemplates.in(folder, problem -> mistakes.add(shown(problem)));
    }

    private static String shown(Problem problem) {
        String file = Path.of(problem.place().file()).getFileName().toString();
        return file + ":" + problem.place().line() + ": " + problem.message();
    }

    private MailTemplates with(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        return read();
    }

    @ParameterizedTest
    @EnumSource(MailKind.class)
    void whatComesWithFaultlineCanBeCopiedAndIsTheSame(MailKind kind) throws IOException {
        MailTemplates copied = with(kind.file(), MailTemplates.shippedText(kind));
        assertThat(mistakes).isEmpty();
        assertThat(copied).isEqualTo(MailTemplates.shipped());
    }

    @Test
    void oneFileReplacesOneKind() throws IOException {
        MailTemplates mine = with("closed.txt", "gone: {subject}\n\nNobody knows.\n");
        assertThat(mistakes).isEmpty();
        assertThat(mine.of(MailKind.CLOSED).subject()).isEqualTo("gone: {subject}");
        assertThat(mine.of(MailKind.CLOSED).paragraphs()).containsExactly(List.of("Nobody knows."));
        assertThat(mine.of(MailKind.PROBLEM)).isEqualTo(MailTemplates.shipped().of(MailKind.PROBLEM));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x {subjct}//hello          | closed.txt:1: there is no {subjct} in this kind of mail; did you mean 'subject'?",
                "x//one/{ago} and {ended}   | closed.txt:4: there is no {ended} in this kind of mail",
                "x//{next                   | closed.txt:3: expected a '}' behind '{next'",
                "x//do {next} now           | closed.txt:3: {next} is several lines; expected it alone",
                "{was-broken}//hello        | closed.txt:1: {was-broken} is several lines",
                "x/hello                    | closed.txt:2: expected an empty line behind the subject",
                "//hello                    | closed.txt:1: expected the mail's subject in the first line"
            })
    void aMistakeIsToldWithItsPlaceAndTheTemplateIsNotUsed(String text, String expected) throws IOException {
        MailTemplates templates = with("closed.txt", text.replace('/', '\n'));
        assertThat(mistakes).singleElement().asString().startsWith(expected);
        assertThat(templates).isEqualTo(MailTemplates.shipped());
    }

    @Test
    void aFileThatIsNoKindOfMailIsAMistake() throws IOException {
        with("problems.txt", "x\n\ny\n");
        assertThat(mistakes).singleElement().asString().startsWith("problems.txt:1: no mail is made of this");
    }

    @Test
    void aFolderThatIsNotThereIsAMistake() {
        MailTemplates.in(folder.resolve("nowhere"), problem -> mistakes.add(shown(problem)));
        assertThat(mistakes).singleElement().asString().startsWith("nowhere:1: expected a folder");
    }

    @Test
    void aLineWithAnEmptyValueIsLeftOut() {
        assertThat(MailTemplate.filled("a {b} c", name -> "")).isEmpty();
        assertThat(MailTemplate.filled("a {b} c", name -> "{d}")).contains("a {d} c");
    }
}
