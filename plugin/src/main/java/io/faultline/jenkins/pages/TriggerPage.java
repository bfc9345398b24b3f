package io.faultline.jenkins.pages;

import hudson.ExtensionPoint;

/**
 * What answers at {@code /faultline/trigger}. It is reached without the permission to look at the pages, so it checks by
 * itself who may do what.
 */
public interface TriggerPage extends ExtensionPoint {}
