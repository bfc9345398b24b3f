package io.faultline.jenkins;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.Extension;
import hudson.XmlFile;
import hudson.init.InitMilestone;
import hudson.model.Saveable;
import hudson.model.listeners.SaveableListener;
import hudson.tasks.Mailer;
import jenkins.model.Jenkins;
import jenkins.model.JenkinsLocationConfiguration;

/** Hears that something was saved elsewhere that mails depend on: the mail server of Jenkins, its address, a login. */
@Extension
public final class MailSettings extends SaveableListener {
    @Override
    public void onChange(Saveable saved, XmlFile file) {
        boolean concerns = saved instanceof Mailer.DescriptorImpl
                || saved instanceof JenkinsLocationConfiguration
                || saved instanceof SystemCredentialsProvider;
        // Before that nothing has been read yet that could be old.
        if (concerns && Jenkins.get().getInitLevel().compareTo(InitMilestone.JOB_CONFIG_ADAPTED) >= 0) {
            FaultlineEngine.get().settingsChanged();
        }
    }
}
