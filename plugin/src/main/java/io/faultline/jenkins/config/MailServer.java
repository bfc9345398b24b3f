package io.faultline.jenkins.config;

import hudson.ExtensionPoint;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import io.faultline.catalog.Settings;
import io.faultline.check.Secrets;
import java.util.Optional;

/** How mail leaves. */
public abstract class MailServer extends AbstractDescribableImpl<MailServer> implements ExtensionPoint {
    /**
     * @param server where mail is handed over; {@link Settings.Mail#password} is looked up in {@code secrets}
     */
    public record Setup(Settings.Mail server, Secrets secrets) {}

    /**
     * How it is set now.
     *
     * @param ofCatalog what the catalogue's {@code controller.yaml} says
     * @param secrets for what that file names
     */
    public abstract Optional<Setup> setup(Optional<Settings.Mail> ofCatalog, Secrets secrets);

    @Override
    public MailServerDescriptor getDescriptor() {
        return (MailServerDescriptor) super.getDescriptor();
    }

    /** A kind of mail server. */
    public abstract static class MailServerDescriptor extends Descriptor<MailServer> {}
}
