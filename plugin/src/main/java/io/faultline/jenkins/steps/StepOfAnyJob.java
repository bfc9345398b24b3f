package io.faultline.jenkins.steps;

import hudson.model.AbstractProject;
import hudson.model.Describable;
import hudson.tasks.BuildStep;
import hudson.tasks.BuildStepDescriptor;

/** A build step that any kind of job may have. */
abstract class StepOfAnyJob<T extends BuildStep & Describable<T>> extends BuildStepDescriptor<T> {
    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public final boolean isApplicable(Class<? extends AbstractProject> jobType) {
        return true;
    }
}
