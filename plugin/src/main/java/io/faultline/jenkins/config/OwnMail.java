package io.faultline.jenkins.config;

import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import hudson.Extension;
import hudson.Util;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Settings.Security;
import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Words;
import io.faultline.net.HostPort;
import java.util.Locale;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A mail server of Faultline's own; its login is a credential. */
public final class OwnMail extends MailServer {
    private static final int DEFAULT_PORT = 587;

    private final String server;
    private String security = "starttls";
    private String credentialsId;
    private String from;
    private String listId;

    @DataBoundConstructor
    public OwnMail(String server) {
        this.server = Util.fixNull(server).trim();
    }

    public String getServer() {
        return server;
    }

    public String getSecurity() {
        return security;
    }

    @DataBoundSetter
    public void setSecurity(String security) {
        this.security = Util.fixNull(security).trim().toLowerCase(Locale.ROOT);
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    public String getFrom() {
        return from;
    }

    @DataBoundSetter
    public void setFrom(String from) {
        this.from = Util.fixEmptyAndTrim(from);
    }

    public String getListId() {
        return listId;
    }

    @DataBoundSetter
    public void setListId(String listId) {
        this.listId = Util.fixEmptyAndTrim(listId);
    }

    @Override
    public Optional<Setup> setup(Optional<Settings.Mail> ofCatalog, Secrets secrets) {
        HostPort address;
        Security how;
        try {
            address = HostPort.parse(server, DEFAULT_PORT);
            how = Security.valueOf(security.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Optional<StandardUsernamePasswordCredentials> login =
                GlobalCredentials.find(StandardUsernamePasswordCredentials.class, credentialsId);
        Settings.Mail mail = new Settings.Mail(
                address,
                how,
                login.map(StandardUsernamePasswordCredentials::getUsername),
                Optional.ofNullable(credentialsId).map(id -> JenkinsMail.PASSWORD),
                Optional.ofNullable(from).orElseGet(JenkinsMail::sender),
                Optional.ofNullable(listId).orElseGet(JenkinsMail::listId),
                Optional.empty(),
                JenkinsMail.TIMEOUT);
        return Optional.of(new Setup(mail, name -> password()));
    }

    /** Read anew each time: a changed credential needs no restart. */
    private String password() throws SecretMissing {
        return GlobalCredentials.find(StandardUsernamePasswordCredentials.class, credentialsId)
                .map(StandardUsernamePasswordCredentials::getPassword)
                .map(Secret::getPlainText)
                .orElseThrow(() -> new SecretMissing("there are no credentials '" + credentialsId + "'"));
    }

    @Extension
    @Symbol("smtp")
    public static final class DescriptorImpl extends MailServerDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.OwnMail_displayName();
        }

        @POST
        public ListBoxModel doFillSecurityItems() {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.OwnMail_starttls(), "starttls"),
                    new ListBoxModel.Option(Messages.OwnMail_tls(), "tls"),
                    new ListBoxModel.Option(Messages.OwnMail_none(), "none"));
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return new StandardListBoxModel().includeCurrentValue(credentialsId);
            }
            return new StandardListBoxModel()
                    .includeEmptyValue()
                    .includeAs(ACL.SYSTEM2, Jenkins.get(), StandardUsernamePasswordCredentials.class)
                    .includeCurrentValue(credentialsId);
        }

        @POST
        public FormValidation doCheckServer(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            try {
                HostPort.parse(Util.fixNull(value).trim(), DEFAULT_PORT);
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }

        @POST
        public FormValidation doCheckFrom(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Words.of(value).size() > 1
                    ? FormValidation.error(Messages.Words_noAddress(value))
                    : Words.checkAddresses(value);
        }

        @POST
        public FormValidation doCheckCredentialsId(@QueryParameter String value, @QueryParameter String security) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.ok();
            }
            if ("none".equals(security)) {
                return FormValidation.error(Messages.OwnMail_passwordInTheClear());
            }
            return GlobalCredentials.find(StandardUsernamePasswordCredentials.class, value)
                            .isPresent()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.OwnMail_noCredentials(value));
        }
    }
}
