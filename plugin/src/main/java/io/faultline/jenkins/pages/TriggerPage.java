package io.faultline.jenkins.pages;

import hudson.ExtensionPoint;
import java.io.IOException;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/**
 * What answers at {@code /faultline/trigger}. It is reached without the permission to look at the pages, so it checks by
 * itself who may do what.
 */
public interface TriggerPage extends ExtensionPoint {
    /** Answers a POST. */
    void answer(StaplerRequest2 request, StaplerResponse2 response) throws IOException, InterruptedException;
}
