package io.faultline.history;

import java.time.Instant;

/**
 * Something that changed and may explain what happens next: a check's hard state, a definition, a Puppet run, a
 * deployment.
 *
 * @param subject the service or machine that it happened to
 * @param what one line for people
 */
public record Event(Instant at, String subject, String what) {}
