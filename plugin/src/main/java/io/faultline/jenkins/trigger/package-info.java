/** What machines tell: that they were configured, upgraded, deployed to or started, and so are to be checked now. */
package io.faultline.jenkins.trigger;
