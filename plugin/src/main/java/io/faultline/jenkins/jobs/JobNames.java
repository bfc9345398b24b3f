package io.faultline.jenkins.jobs;

import hudson.Extension;
import hudson.model.FreeStyleProject;
import hudson.model.Job;
import io.faultline.jenkins.pages.ServiceOfJob;
import io.faultline.jenkins.steps.SmokeTestBuilder;
import java.util.Optional;

/** Knows the service of each job that runs the smoke tests of exactly one, whoever made the job. */
@Extension
public final class JobNames implements ServiceOfJob {
    @Override
    public Optional<String> service(Job<?, ?> job) {
        if (!(job instanceof FreeStyleProject project)) {
            return Optional.empty();
        }
        return project.getBuilders().stream()
                .filter(SmokeTestBuilder.class::isInstance)
                .map(builder -> ((SmokeTestBuilder) builder).getService())
                .filter(service -> !service.isEmpty() && service.indexOf(' ') < 0 && service.indexOf(',') < 0)
                .findFirst();
    }
}
