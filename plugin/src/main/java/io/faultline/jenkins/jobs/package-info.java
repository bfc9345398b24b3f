/** A job for each service of the catalogue, kept by Faultline. */
package io.faultline.jenkins.jobs;
