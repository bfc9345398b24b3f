package io.faultline.jenkins;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * How long a Jenkins takes to start, in a process of its own, with Faultline and without. Not run by default, asserts no
 * time: {@code mvn test -Dtest=StartUpBench}.
 */
class StartUpBench {
    private static final int STARTS = 5;

    @RegisterExtension
    private final RealJenkinsExtension with = new RealJenkinsExtension();

    @RegisterExtension
    private final RealJenkinsExtension without = new RealJenkinsExtension().omitPlugins("faultline");

    @Test
    void howLongJenkinsTakesToStart() throws Throwable {
        double[] seconds = new double[STARTS];
        double[] secondsWithout = new double[STARTS];
        // The first start of each unpacks plugins, and is not counted.
        for (int i = -1; i < STARTS; i++) {
            double one = seconds(without);
            double other = seconds(with);
            if (i >= 0) {
                secondsWithout[i] = one;
                seconds[i] = other;
            }
        }
        Arrays.sort(seconds);
        Arrays.sort(secondsWithout);
        System.out.printf(
                "BENCH start of Jenkins: %.2f s with Faultline (%.2f to %.2f), %.2f s without (%.2f to %.2f)%n",
                seconds[STARTS / 2],
                seconds[0],
                seconds[STARTS - 1],
                secondsWithout[STARTS / 2],
                secondsWithout[0],
                secondsWithout[STARTS - 1]);
    }

    private static double seconds(RealJenkinsExtension jenkins) throws Throwable {
        long begin = System.nanoTime();
        jenkins.startJenkins();
        long end = System.nanoTime();
        jenkins.stopJenkins();
        return (end - begin) / 1e9;
    }
}
