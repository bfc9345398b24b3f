package io.faultline.jenkins.jobs;

import java.time.Duration;

/**
 * An interval as Jenkins' schedules have it: spread by {@code H}, which follows from the job's name, and never longer than
 * the interval, except where that would be less than a minute.
 */
final class Cron {
    private static final long HOUR = 60;
    private static final long DAY = 24 * HOUR;

    private Cron() {}

    static String every(Duration interval) {
        long minutes = interval.toMinutes();
        if (minutes <= 1) {
            return "* * * * *";
        }
        if (minutes < HOUR) {
            return "H/" + Math.min(minutes, HOUR / 2) + " * * * *";
        }
        if (minutes < 2 * HOUR) {
            return "H * * * *";
        }
        if (minutes < DAY) {
            return "H H/" + Math.min(minutes / HOUR, 12) + " * * *";
        }
        return minutes < 7 * DAY ? "H H * * *" : "H H * * H";
    }
}
