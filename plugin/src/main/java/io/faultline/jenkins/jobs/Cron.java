package io.faultline.jenkins.jobs;

import java.time.Duration;

/**
 * An interval as Jenkins' schedules have it: spread by {@code H}, which follows from the job's name, and never longer
 * than the interval, except where that would be less than a minute. Steps divide the hour or the day, because a
 * schedule starts anew with each of them.
 */
final class Cron {
    private static final int[] MINUTES = {30, 20, 15, 12, 10, 6, 5, 4, 3, 2};
    private static final int[] HOURS = {12, 8, 6, 4, 3, 2};

    private Cron() {}

    static String every(Duration interval) {
        if (interval.toDays() >= 7) {
            return "H H * * H";
        }
        if (interval.toDays() >= 1) {
            return "H H * * *";
        }
        for (int hours : HOURS) {
            if (interval.toHours() >= hours) {
                return "H H/" + hours + " * * *";
            }
        }
        if (interval.toHours() >= 1) {
            return "H * * * *";
        }
        for (int minutes : MINUTES) {
            if (interval.toMinutes() >= minutes) {
                return "H/" + minutes + " * * * *";
            }
        }
        return "* * * * *";
    }
}
