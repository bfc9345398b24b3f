package io.faultline.jenkins.config;

import hudson.Extension;
import io.faultline.catalog.Settings;
import io.faultline.check.Secrets;
import io.faultline.jenkins.Messages;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** As {@code controller.yaml} in the catalogue says; nobody is told if it says nothing. */
public final class CatalogMail extends MailServer {
    @DataBoundConstructor
    public CatalogMail() {
        // Nothing to set.
    }

    @Override
    public Optional<Setup> setup(Optional<Settings.Mail> ofCatalog, Secrets secrets) {
        return ofCatalog.map(server -> new Setup(server, secrets));
    }

    @Extension(ordinal = 2)
    @Symbol("asCatalogSays")
    public static final class DescriptorImpl extends MailServerDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.CatalogMail_displayName();
        }
    }
}
