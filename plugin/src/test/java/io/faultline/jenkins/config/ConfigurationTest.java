package io.faultline.jenkins.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import hudson.tasks.Mailer;
import hudson.util.FormValidation;
import hudson.util.Secret;
import io.faultline.catalog.Settings;
import io.faultline.check.SecretMissing;
import io.faultline.config.SecretName;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Words;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The settings: by form, as code, checked, and without anything secret in them. */
@WithJenkins
class ConfigurationTest {
    private static final String AS_CODE = """
            unclassified:
              faultline:
                catalog:
                  folder:
                    path: "catalog"
                infrastructureMail: "ops@example.org"
                jobsFolder: "checks"
                learnFromPassing: false
                mail:
                  smtp:
                    credentialsId: "mail-login"
                    from: "faultline@example.org"
                    listId: "faultline.example.org"
                    security: "starttls"
                    server: "mail.example.org:587"
                mailCulprits: true
                publicPage: true
                secretsPrefix: "checks-"
            """;

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @AfterEach
    void forEverybodyAgain() throws Exception {
        jenkins.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        jenkins.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
    }

    private void configure(String yaml) throws Exception {
        Path file = jenkins.jenkins.getRootDir().toPath().resolve("casc.yaml");
        Files.writeString(file, yaml);
        ConfigurationAsCode.get().configure(file.toString());
    }

    @Test
    void stands_in_code_and_comes_out_as_it_went_in() throws Exception {
        configure(AS_CODE);
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        assertThat(settings.getCatalog())
                .isInstanceOfSatisfying(
                        FolderCatalog.class,
                        folder -> assertThat(folder.getPath()).isEqualTo("catalog"));
        assertThat(settings.getMail())
                .isInstanceOfSatisfying(
                        OwnMail.class, mail -> assertThat(mail.getServer()).isEqualTo("mail.example.org:587"));
        assertThat(settings.infrastructureRecipients()).containsExactly("ops@example.org");
        assertThat(settings.isLearnFromPassing()).isFalse();
        assertThat(settings.isVerdicts()).isTrue();
        String code = exported();
        configure("unclassified:\n" + code);
        assertThat(exported())
                .isEqualTo(code)
                .contains("server: \"mail.example.org:587\"")
                .contains("secretsPrefix: \"checks-\"");
    }

    /** Our part of what Jenkins exports. */
    private static String exported() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(out);
        Matcher ours =
                Pattern.compile("(?m)^  faultline:\\n(    .*\\n)+").matcher(out.toString(StandardCharsets.UTF_8));
        assertThat(ours.find()).isTrue();
        return ours.group();
    }

    @Test
    void survives_its_form() throws Exception {
        configure(AS_CODE);
        jenkins.configRoundtrip();
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        OwnMail mail = (OwnMail) settings.getMail();
        assertThat(mail.getServer()).isEqualTo("mail.example.org:587");
        assertThat(mail.getListId()).isEqualTo("faultline.example.org");
        assertThat(((FolderCatalog) settings.getCatalog()).getPath()).isEqualTo("catalog");
        assertThat(settings.getJobsFolder()).isEqualTo("checks");
        assertThat(settings.isKeepJobs()).isTrue();
        assertThat(settings.isPublicPage()).isTrue();
        assertThat(settings.isMailCulprits()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"asJenkins", "asCatalogSays"})
    void knows_other_ways_for_mail(String symbol) throws Exception {
        configure("unclassified:\n  faultline:\n    mail: \"" + symbol + "\"\n");
        MailServer before = FaultlineConfiguration.get().getMail();
        jenkins.configRoundtrip();
        assertThat(FaultlineConfiguration.get().getMail()).hasSameClassAs(before);
    }

    @Test
    void nothing_secret_is_in_the_settings_their_export_or_the_home() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "mail-login", "", "faultline", "very-secret-password"));
        SystemCredentialsProvider.getInstance().save();
        configure(AS_CODE);
        FaultlineConfiguration.get().save();
        Settings.Mail mail = FaultlineConfiguration.get()
                .getMail()
                .setup(Optional.empty(), io.faultline.check.Secrets.none())
                .orElseThrow()
                .server();
        assertThat(mail.login()).contains("faultline");
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(export);
        assertThat(export.toString(StandardCharsets.UTF_8)).doesNotContain("very-secret-password");
        File xml = new File(jenkins.jenkins.getRootDir(), FaultlineConfiguration.class.getName() + ".xml");
        assertThat(Files.readString(xml.toPath())).contains("mail-login").doesNotContain("very-secret-password");
    }

    @Test
    void mail_goes_through_the_server_that_jenkins_has_now() throws Exception {
        FaultlineConfiguration.get().setMail(new JenkinsMail());
        Mailer.descriptor().setSmtpHost("first.example.org");
        FaultlineEngine.get().reload();
        assertThat(mailHost()).isEqualTo("first.example.org");
        Mailer.descriptor().setSmtpHost("second.example.org");
        Mailer.descriptor().save();
        for (int i = 0; i < 600 && !mailHost().equals("second.example.org"); i++) {
            synchronized (this) {
                wait(100);
            }
        }
        assertThat(mailHost()).isEqualTo("second.example.org");
    }

    private static String mailHost() {
        return FaultlineEngine.get()
                .look()
                .orElseThrow()
                .exit()
                .settings()
                .orElseThrow()
                .server()
                .host();
    }

    @ParameterizedTest
    @CsvSource({"smtp-password, text", "api-login, login"})
    void checks_get_only_credentials_with_the_prefix(String name, String kind) throws Exception {
        List<com.cloudbees.plugins.credentials.Credentials> all =
                SystemCredentialsProvider.getInstance().getCredentials();
        all.add(
                kind.equals("text")
                        ? new StringCredentialsImpl(
                                CredentialsScope.GLOBAL, "faultline-" + name, "", Secret.fromString("the secret"))
                        : new UsernamePasswordCredentialsImpl(
                                CredentialsScope.GLOBAL, "faultline-" + name, "", "user", "the secret for logins"));
        all.add(new StringCredentialsImpl(CredentialsScope.GLOBAL, "other", "", Secret.fromString("not for checks")));
        CredentialSecrets secrets = new CredentialSecrets("faultline-");
        assertThat(secrets.value(new SecretName(name))).startsWith("the secret");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> secrets.value(new SecretName("other")))
                .isInstanceOf(SecretMissing.class)
                .hasMessageContaining("faultline-other")
                .hasMessageNotContaining("not for checks");
    }

    @Test
    void a_catalogue_can_be_tried_before_it_is_used() throws Exception {
        Path folder =
                Files.createDirectories(jenkins.jenkins.getRootDir().toPath().resolve("catalog"));
        Files.writeString(folder.resolve("web.yaml"), """
                service: web
                purpose: The web site.
                importance: high
                checks:
                  - {name: http, type: http, url: "http://www.example.org/"}
                """);
        Files.writeString(folder.resolve("bad.yaml"), "service: bad\nimportance: <b>loud</b>\n");
        FolderCatalog.DescriptorImpl descriptor =
                jenkins.jenkins.getDescriptorByType(FolderCatalog.DescriptorImpl.class);
        FormValidation found = descriptor.doTryCatalog("catalog");
        assertThat(found.kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(found.getMessage()).contains("1 services").contains("bad.yaml");
        assertThat(found.renderHtml()).doesNotContain("<b>loud</b>");
        assertThat(descriptor.doTryCatalog("nowhere").kind).isEqualTo(FormValidation.Kind.ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "io.faultline.jenkins.FaultlineConfiguration/checkSecretsPrefix?value=a",
        "io.faultline.jenkins.FaultlineConfiguration/checkJobsFolder?value=a",
        "io.faultline.jenkins.FaultlineConfiguration/checkInfrastructureMail?value=a",
        "io.faultline.jenkins.FaultlineConfiguration/sendTestMail?testRecipient=a@example.org",
        "io.faultline.jenkins.config.FolderCatalog/checkPath?value=/",
        "io.faultline.jenkins.config.FolderCatalog/tryCatalog?path=/",
        "io.faultline.jenkins.config.OwnMail/checkServer?value=a",
        "io.faultline.jenkins.config.OwnMail/checkFrom?value=a",
        "io.faultline.jenkins.config.OwnMail/checkCredentialsId?value=a",
        "io.faultline.jenkins.config.OwnMail/fillSecurityItems",
    })
    void only_administrators_may_try_fields_and_only_by_post(String path) throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        String url = "descriptorByName/" + path;
        JenkinsRule.WebClient reader = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        reader.login("reader");
        JenkinsRule.WebClient admin = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        admin.login("admin");
        assertThat(reader.getPage(new WebRequest(reader.createCrumbedUrl(url), HttpMethod.POST))
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(403);
        assertThat(admin.goTo(url, null).getWebResponse().getStatusCode()).isIn(404, 405);
        assertThat(admin.getPage(new WebRequest(admin.createCrumbedUrl(url), HttpMethod.POST))
                        .getWebResponse()
                        .getStatusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "ops@example.org, OK",
        "'a@example.org, b@example.org', OK",
        "'', OK",
        "nobody, ERROR",
        "'a@example.org, b@@example.org', ERROR",
    })
    void addresses_are_checked(String written, FormValidation.Kind expected) {
        assertThat(Words.checkAddresses(written).kind).isEqualTo(expected);
    }
}
