package io.faultline.verdict;

import io.faultline.history.VerdictLog.PastVerdict;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;

/** How many builds failed for which reason, week by week. A pure function of verdicts; people's corrections count. */
public final class VerdictTrend {
    private VerdictTrend() {}

    /**
     * One week, also one without a failed build.
     *
     * @param monday its first day
     */
    public record Week(LocalDate monday, int infrastructure, int code, int undetermined) {
        public int failed() {
            return infrastructure + code + undetermined;
        }
    }

    /**
     * @param verdicts in any order
     * @param zone in which weeks begin
     * @return so many weeks, this one last
     */
    public static List<Week> weeks(List<PastVerdict> verdicts, Instant now, ZoneId zone, int weeks) {
        LocalDate thisMonday = mondayOf(now, zone);
        List<Week> trend = new ArrayList<>();
        for (int i = weeks - 1; i >= 0; i--) {
            LocalDate monday = thisMonday.minusWeeks(i);
            List<PastVerdict> ofWeek = verdicts.stream()
                    .filter(verdict -> mondayOf(verdict.at(), zone).equals(monday))
                    .toList();
            trend.add(new Week(
                    monday,
                    count(ofWeek, Category.INFRASTRUCTURE),
                    count(ofWeek, Category.CODE),
                    count(ofWeek, Category.UNDETERMINED)));
        }
        return trend;
    }

    private static LocalDate mondayOf(Instant at, ZoneId zone) {
        return LocalDate.ofInstant(at, zone).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    private static int count(List<PastVerdict> verdicts, Category category) {
        return (int) verdicts.stream()
                .filter(verdict -> verdict.standing().equals(category.name()))
                .count();
    }
}
