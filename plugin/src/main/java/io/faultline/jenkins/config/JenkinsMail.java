package io.faultline.jenkins.config;

import hudson.Extension;
import hudson.Util;
import hudson.tasks.Mailer;
import hudson.tasks.SMTPAuthentication;
import hudson.util.Secret;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Settings.Security;
import io.faultline.check.Secrets;
import io.faultline.config.SecretName;
import io.faultline.jenkins.Messages;
import io.faultline.net.HostPort;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import jenkins.model.JenkinsLocationConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The server that Jenkins itself sends mail through; the sender is the system administrator's address. */
public final class JenkinsMail extends MailServer {
    static final SecretName PASSWORD = new SecretName("mail-password");
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    @DataBoundConstructor
    public JenkinsMail() {
        // Everything is set elsewhere.
    }

    @Override
    public Optional<Setup> setup(Optional<Settings.Mail> ofCatalog, Secrets secrets) {
        Mailer.DescriptorImpl mailer = Mailer.descriptor();
        Security security = mailer.getUseSsl() ? Security.TLS : mailer.getUseTls() ? Security.STARTTLS : Security.NONE;
        String host =
                Optional.ofNullable(Util.fixEmptyAndTrim(mailer.getSmtpHost())).orElse("localhost");
        int port = Optional.ofNullable(Util.fixEmptyAndTrim(mailer.getSmtpPort()))
                .map(Integer::parseInt)
                .orElse(
                        switch (security) {
                            case TLS -> 465;
                            case STARTTLS -> 587;
                            case NONE -> 25;
                        });
        Optional<SMTPAuthentication> login = Optional.ofNullable(mailer.getAuthentication());
        Settings.Mail server = new Settings.Mail(
                new HostPort(host, port),
                security,
                login.map(SMTPAuthentication::getUsername),
                login.map(known -> PASSWORD),
                sender(),
                listId(),
                Optional.empty(),
                TIMEOUT);
        return Optional.of(new Setup(
                server,
                name -> login.map(SMTPAuthentication::getPassword)
                        .map(Secret::getPlainText)
                        .orElse("")));
    }

    /** The bare address: Jenkins' own is written with a name before it. */
    static String sender() {
        String address = JenkinsLocationConfiguration.get().getAdminAddress();
        try {
            return new InternetAddress(address).getAddress();
        } catch (AddressException e) {
            return "faultline@localhost";
        }
    }

    /** RFC 2919: below a name that belongs to whoever runs this Jenkins. */
    static String listId() {
        String url = Util.fixNull(JenkinsLocationConfiguration.get().getUrl());
        try {
            return "faultline." + Optional.ofNullable(URI.create(url).getHost()).orElse("localhost");
        } catch (IllegalArgumentException e) {
            return "faultline.localhost";
        }
    }

    @Extension(ordinal = 1)
    @Symbol("asJenkins")
    public static final class DescriptorImpl extends MailServerDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.JenkinsMail_displayName();
        }
    }
}
