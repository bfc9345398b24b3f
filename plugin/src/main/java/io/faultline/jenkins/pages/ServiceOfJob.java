package io.faultline.jenkins.pages;

import hudson.ExtensionPoint;
import hudson.model.Job;
import java.util.Optional;

/** Knows which service a job checks. */
public interface ServiceOfJob extends ExtensionPoint {
    /** @return the name of the service; nothing if the job does not check one, as far as is known here */
    Optional<String> service(Job<?, ?> job);
}
