/**
 * Results that happened, or could have, told under some policy: which mails would there have been? {@link
 * io.faultline.alert.replay.Rehearsal} sends results through the same {@link io.faultline.alert.Alerts} as in earnest,
 * over a memory that is thrown away.
 */
package io.faultline.alert.replay;
