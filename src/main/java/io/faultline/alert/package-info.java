/**
 * From hard problems to mails that were delivered.
 *
 * <p>{@link io.faultline.alert.Alerts} folds transitions into incidents. What people could be told of them is a {@code
 * Notice}; each notice passes through a list of {@code Stage}s (who is told, and whether at all), what is left is
 * composed once and queued in the same transaction as the results that caused it. {@link io.faultline.alert.Postman}
 * empties that queue on its own time.
 */
package io.faultline.alert;
