package io.faultline.verdict;

import java.time.Instant;
import java.util.Optional;

/**
 * A service that was not well while a build ran.
 *
 * @param service its name in the catalogue
 * @param check what failed
 * @param summary what the check said, one line
 * @param since when it began to fail
 * @param until when it was well again; empty if it was not before the build ended
 * @param host the host named in the log by which the service was found; empty if the build is known to use it
 */
public record FailingService(
        String service, String check, String summary, Instant since, Optional<Instant> until, Optional<String> host) {}
