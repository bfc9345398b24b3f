package io.faultline.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.faultline.check.CheckId;
import io.faultline.demo.SmtpPeer;
import io.faultline.history.Observation;
import io.faultline.jenkins.config.OwnMail;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Whoever has an OpenPGP key in the catalogue gets nothing in clear from Jenkins, whatever the mail is about. */
@WithJenkins
class EncryptedMailTest {
    private static JenkinsRule jenkins;
    private static SmtpPeer smtp;
    private int before;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        smtp = SmtpPeer.start();
        OwnMail server = new OwnMail(smtp.address().toString());
        server.setSecurity("none");
        server.setFrom("faultline@example.org");
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        settings.setMail(server);
        settings.setInfrastructureMail("ops@example.org");
        settings.setKeepJobs(false);
        TestCatalog catalog = new TestCatalog(jenkins, "catalog");
        Files.writeString(
                catalog.folder().resolve("ops.asc"),
                new BcOpenPGPApi()
                        .generateKey(4)
                        .classicKey("ops@example.org")
                        .build()
                        .toCertificate()
                        .toAsciiArmoredString());
        catalog.file("controller.yaml", "team: ops\n")
                .file(
                        "teams.yaml",
                        "teams: {ops: {purpose: Keep it running., mail: ops@example.org, openpgp-key: ops.asc}}\n")
                .service("payroll")
                .read();
    }

    @AfterAll
    static void stop() {
        smtp.close();
    }

    @BeforeEach
    void count() {
        before = smtp.mails().size();
    }

    /** The only mail that came. */
    private String sealed() throws Exception {
        FaultlineEngine.get().deliver();
        List<SmtpPeer.Mail> mails = smtp.mails().subList(before, smtp.mails().size());
        assertThat(mails).hasSize(1);
        assertThat(mails.get(0).to()).containsExactly("ops@example.org");
        return mails.get(0).data();
    }

    @Test
    void about_a_service() throws Exception {
        for (int i = 2; i > 0; i--) {
            FaultlineEngine.get()
                    .record(List.of(new Observation(
                            CheckId.parse("payroll/port"),
                            FaultlineEngine.get().clock().instant().minusSeconds(i),
                            Duration.ZERO,
                            io.faultline.check.Result.critical("nobody answers"))));
        }
        assertThat(sealed()).contains("multipart/encrypted").doesNotContain("payroll", "nobody answers", "CRITICAL");
    }

    @Test
    void about_a_build() throws Exception {
        Verdicts.of(
                jenkins,
                Verdicts.job(jenkins, "payroll-deploy", Texts.NETWORK, Result.FAILURE)
                        .scheduleBuild2(0)
                        .get());
        assertThat(sealed()).contains("multipart/encrypted").doesNotContain("payroll", "INFRASTRUCTURE", "deb.example");
    }

    @Test
    void to_try_the_mail_server() throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient();
        String answer = web.getPage(new WebRequest(
                        web.createCrumbedUrl("descriptorByName/io.faultline.jenkins.FaultlineConfiguration/sendTestMail"
                                + "?testRecipient=ops@example.org"),
                        HttpMethod.POST))
                .getWebResponse()
                .getContentAsString();
        assertThat(answer).contains("The mail server has taken the mail.");
        assertThat(sealed()).contains("multipart/encrypted").doesNotContain("Faultline can send mail");
    }
}
