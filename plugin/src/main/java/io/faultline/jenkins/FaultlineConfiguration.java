package io.faultline.jenkins;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Failure;
import hudson.util.FormValidation;
import io.faultline.jenkins.config.CatalogMail;
import io.faultline.jenkins.config.CatalogSource;
import io.faultline.jenkins.config.FolderCatalog;
import io.faultline.jenkins.config.MailServer;
import java.util.List;
import java.util.regex.Pattern;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The settings of this controller. Holds no secret: only ids of credentials. Any thread may read them at any time. */
@Extension
@Symbol("faultline")
public final class FaultlineConfiguration extends GlobalConfiguration {
    static final String DEFAULT_PREFIX = "faultline-";
    private static final String DEFAULT_FOLDER = "faultline";
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,60}");

    private volatile CatalogSource catalog = new FolderCatalog("");
    private volatile MailServer mail = new CatalogMail();
    private volatile String secretsPrefix = DEFAULT_PREFIX;
    private volatile boolean keepJobs = true;
    private volatile String jobsFolder = DEFAULT_FOLDER;
    private volatile boolean verdicts = true;
    private volatile boolean learnFromPassing = true;
    private volatile String infrastructureMail = "";
    private volatile boolean mailCulprits;
    private volatile boolean publicPage;

    public FaultlineConfiguration() {
        load();
    }

    public static FaultlineConfiguration get() {
        return ExtensionList.lookupSingleton(FaultlineConfiguration.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.FaultlineConfiguration_displayName();
    }

    /** All at once, so that the engine is told once. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject json) {
        request.bindJSON(this, json);
        save();
        return true;
    }

    @Override
    public synchronized void save() {
        super.save();
        FaultlineEngine.get().settingsChanged();
    }

    /** Where the catalogue comes from. */
    public CatalogSource getCatalog() {
        return catalog;
    }

    @DataBoundSetter
    public void setCatalog(CatalogSource catalog) {
        this.catalog = catalog == null ? new FolderCatalog("") : catalog;
    }

    /** How mail leaves. */
    public MailServer getMail() {
        return mail;
    }

    @DataBoundSetter
    public void setMail(MailServer mail) {
        this.mail = mail == null ? new CatalogMail() : mail;
    }

    /** What the ids of credentials begin with that checks may use. */
    public String getSecretsPrefix() {
        return secretsPrefix;
    }

    @DataBoundSetter
    public void setSecretsPrefix(String secretsPrefix) {
        this.secretsPrefix = Util.fixEmptyAndTrim(secretsPrefix) == null ? DEFAULT_PREFIX : secretsPrefix.trim();
    }

    /** Whether there is a job for each service. */
    public boolean isKeepJobs() {
        return keepJobs;
    }

    @DataBoundSetter
    public void setKeepJobs(boolean keepJobs) {
        this.keepJobs = keepJobs;
    }

    /** The folder that those jobs are in. */
    public String getJobsFolder() {
        return jobsFolder;
    }

    @DataBoundSetter
    public void setJobsFolder(String jobsFolder) {
        this.jobsFolder = Util.fixEmptyAndTrim(jobsFolder) == null ? DEFAULT_FOLDER : jobsFolder.trim();
    }

    /** Whether failed builds get a verdict. */
    public boolean isVerdicts() {
        return verdicts;
    }

    @DataBoundSetter
    public void setVerdicts(boolean verdicts) {
        this.verdicts = verdicts;
    }

    /** Whether the logs of builds that pass are read too, to find signatures that cry wolf. */
    public boolean isLearnFromPassing() {
        return learnFromPassing;
    }

    @DataBoundSetter
    public void setLearnFromPassing(boolean learnFromPassing) {
        this.learnFromPassing = learnFromPassing;
    }

    /** Who is told of builds that the infrastructure broke: addresses, separated by commas or blanks. */
    public String getInfrastructureMail() {
        return infrastructureMail;
    }

    @DataBoundSetter
    public void setInfrastructureMail(String infrastructureMail) {
        this.infrastructureMail = Util.fixNull(infrastructureMail).trim();
    }

    /** The addresses of {@link #getInfrastructureMail}. */
    public List<String> infrastructureRecipients() {
        return Words.of(infrastructureMail);
    }

    /** Whether those whose changes a build had are told when it failed for another reason than the infrastructure. */
    public boolean isMailCulprits() {
        return mailCulprits;
    }

    @DataBoundSetter
    public void setMailCulprits(boolean mailCulprits) {
        this.mailCulprits = mailCulprits;
    }

    /** Whether anybody may read the overview, without logging in. */
    public boolean isPublicPage() {
        return publicPage;
    }

    @DataBoundSetter
    public void setPublicPage(boolean publicPage) {
        this.publicPage = publicPage;
    }

    @POST
    public FormValidation doCheckSecretsPrefix(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return Util.fixEmptyAndTrim(value) == null
                        || PREFIX.matcher(value.trim()).matches()
                ? FormValidation.ok()
                : FormValidation.error(Messages.FaultlineConfiguration_badPrefix());
    }

    @POST
    public FormValidation doCheckJobsFolder(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        try {
            if (Util.fixEmptyAndTrim(value) != null) {
                Jenkins.checkGoodName(value.trim());
            }
            return FormValidation.ok();
        } catch (Failure e) {
            return FormValidation.error(e.getMessage());
        }
    }

    @POST
    public FormValidation doCheckInfrastructureMail(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return Words.checkAddresses(value);
    }

    /** Sends one mail through the server that is saved, at once. */
    @POST
    public FormValidation doSendTestMail(@QueryParameter String testRecipient) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        List<String> recipients = Words.of(testRecipient);
        if (recipients.isEmpty()) {
            return FormValidation.error(Messages.FaultlineConfiguration_noRecipient());
        }
        FormValidation good = Words.checkAddresses(testRecipient);
        if (good.kind != FormValidation.Kind.OK) {
            return good;
        }
        return FaultlineEngine.get()
                .sendTestMail(recipients)
                .map(FormValidation::error)
                .orElseGet(() -> FormValidation.ok(Messages.FaultlineConfiguration_sent()));
    }
}
