/** Checks as part of builds: run on the build's agent, recorded on the controller, shown as test cases. */
package io.faultline.jenkins.steps;
