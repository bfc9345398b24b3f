/**
 * Faultline in Jenkins: a thin host of the engine in {@code io.faultline}, beside the command line. What can be decided
 * without Jenkins is decided there.
 */
package io.faultline.jenkins;
