/**
 * The verdict on failed builds: made by threads of its own after a build has ended, kept with the build, shown, corrected.
 * No method here changes a build's result.
 */
package io.faultline.jenkins.verdict;
