package io.faultline.history;

import io.faultline.check.Status;

/**
 * What people were told about a check.
 *
 * @param status the worst
 * @param hard that it certainly fails; a check that fails often may do so, and be well again, in between
 * @param flapping that it goes back and forth
 * @param often that it fails too often
 */
public record Told(Status status, boolean hard, boolean flapping, boolean often) {
    private static final int HARD = 4;
    private static final int FLAPPING = 8;
    private static final int OFTEN = 16;

    /** What there is to tell of a check now. */
    public static Told of(CheckState state) {
        return new Told(
                state.counts(),
                state.isHardProblem(),
                state.flapping().on(),
                state.often().on());
    }

    /** Whether this says all there is to say of a check in that state, also that it calmed down. */
    public boolean covers(Told now) {
        return Status.BY_SEVERITY.compare(now.status, status) <= 0
                && flapping == now.flapping
                && (often || !now.often)
                && (hard == now.hard || flapping);
    }

    /** After people were told that as well. */
    Told and(Told later) {
        return new Told(Status.worst(status, later.status), later.hard, later.flapping, often || later.often);
    }

    int code() {
        return status.exitCode() + (hard ? HARD : 0) + (flapping ? FLAPPING : 0) + (often ? OFTEN : 0);
    }

    static Told ofCode(int code) {
        return new Told(
                SqliteHistory.status(code % HARD), (code & HARD) != 0, (code & FLAPPING) != 0, (code & OFTEN) != 0);
    }
}
