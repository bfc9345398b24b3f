package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.check.Result;
import io.faultline.checks.CheckTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails as somebody's own templates want them. */
class TemplatesTest {
    private final World world = World.example();

    @TempDir
    Path folder;

    private String mail(String template, String summary) throws IOException {
        Path mail = Files.createDirectories(folder.resolve("mail"));
        Files.writeString(mail.resolve("problem.txt"), template);
        Files.writeString(folder.resolve("controller.yaml"), "alerts: {templates: mail}\n");
        Catalog catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state"));
        assertThat(catalog.problems())
                .noneMatch(problem -> problem.place().file().endsWith(".txt"));
        AlertPolicy policy = catalog.settings().alerts();
        world.policy(policy);
        return world.certainly("dns/soa", Result.critical(summary))
                .mails()
                .get(0)
                .content();
    }

    @Test
    void sayWhatTheyAreMadeToSay() throws IOException {
        String mail =
                mail("KAPUTT {subject}\n\nSeit {since}\n\nWAS\n{broken}\n\nWER\n{needs}\n\nEnde\n", "keine Antwort");
        assertThat(mail).contains("Subject: KAPUTT dns\r\n").endsWith("""
                Seit Sun 22 Nov 2026 13:00 +01:00

                WAS
                  soa: CRITICAL - keine Antwort
                    failing since Sun 13:00, 2 times in a row; it was never seen OK

                Ende
                """.replace("\n", "\r\n"));
    }

    @Test
    void cannotBeMadeToSayMoreByWhatFails() throws IOException {
        String mail = mail(
                "KAPUTT {summary}\n\n{broken}\n", "no\r\nBcc: eve@example.org\r\n\r\n{next} {about} =?UTF-8?Q?x?=");
        assertThat(mail.substring(0, mail.indexOf("\r\n\r\n")))
                .doesNotContain("\r\nBcc:")
                .contains("Subject: KAPUTT no");
        assertThat(mail).contains("{next} {about}").doesNotContain("faultline status");
    }
}
