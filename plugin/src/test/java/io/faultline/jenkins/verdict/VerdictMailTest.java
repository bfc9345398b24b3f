package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.User;
import hudson.tasks.Mailer;
import io.faultline.demo.SmtpPeer;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Texts;
import io.faultline.jenkins.Verdicts;
import io.faultline.jenkins.config.OwnMail;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.FakeChangeLogSCM;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Mails about builds, to a real mail server: who gets one and who does not. */
@WithJenkins
class VerdictMailTest {
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
        settings.setMailCulprits(true);
        FaultlineEngine.get().reload();
        User.getOrCreateByIdOrFullName("dev").addProperty(new Mailer.UserProperty("dev@example.org"));
    }

    @AfterAll
    static void stop() {
        smtp.close();
    }

    @BeforeEach
    void count() {
        RecentBuilds.get().forget();
        before = smtp.mails().size();
    }

    private FreeStyleBuild build(String log, FaultlineJobProperty property) throws Exception {
        FreeStyleProject job = Verdicts.job(jenkins, log, Result.FAILURE);
        FakeChangeLogSCM changes = new FakeChangeLogSCM();
        changes.addChange().withAuthor("dev").withMsg("a change");
        job.setScm(changes);
        if (property != null) {
            job.addProperty(property);
        }
        FreeStyleBuild build = job.scheduleBuild2(0).get();
        Verdicts.settle(jenkins);
        FaultlineEngine.get().deliver();
        return build;
    }

    private List<SmtpPeer.Mail> mails() {
        return smtp.mails().subList(before, smtp.mails().size());
    }

    @Test
    void sysadmins_hear_of_what_the_infrastructure_broke_and_developers_do_not() throws Exception {
        FreeStyleBuild build = build(Texts.NETWORK, null);
        assertThat(mails()).hasSize(1);
        SmtpPeer.Mail mail = mails().get(0);
        assertThat(mail.to()).containsExactly("ops@example.org");
        assertThat(mail.data())
                .contains("Auto-Submitted: auto-generated")
                .contains("[faultline] INFRASTRUCTURE")
                .contains("faultline-verdict/");
        assertThat(build.getResult()).isEqualTo(Result.FAILURE);
    }

    @Test
    void developers_hear_of_what_their_change_broke() throws Exception {
        build(Texts.COMPILER, null);
        assertThat(mails()).hasSize(1);
        assertThat(mails().get(0).to()).containsExactly("dev@example.org");
    }

    @Test
    void a_job_may_name_others_or_nobody() throws Exception {
        FaultlineJobProperty others = new FaultlineJobProperty();
        others.setInfrastructureMail("others@example.org");
        build(Texts.NETWORK, others);
        assertThat(mails()).hasSize(1);
        assertThat(mails().get(0).to()).containsExactly("others@example.org");
        FaultlineJobProperty nobody = new FaultlineJobProperty();
        nobody.setNoMail(true);
        build(Texts.NETWORK, nobody);
        assertThat(mails()).hasSize(1);
    }

    @Test
    void a_test_mail_is_sent_at_once() throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient();
        String answer = web.getPage(new WebRequest(
                        web.createCrumbedUrl("descriptorByName/io.faultline.jenkins.FaultlineConfiguration/sendTestMail"
                                + "?testRecipient=me@example.org"),
                        HttpMethod.POST))
                .getWebResponse()
                .getContentAsString();
        assertThat(answer).contains("The mail server has taken the mail.");
        assertThat(mails()).hasSize(1);
        assertThat(mails().get(0).to()).containsExactly("me@example.org");
    }
}
