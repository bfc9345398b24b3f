/** What a person sets: where the catalogue is, how mail leaves, which credentials are secrets of checks. */
package io.faultline.jenkins.config;
