package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.OperatingSystemMXBean;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import io.faultline.jenkins.FaultlineEngine;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.MetaClass;

/**
 * How long a page takes with 50 machines and 1,500 checks. Not run by default, asserts no time: {@code mvn test
 * -Dtest=OverviewBench}.
 */
@WithJenkins
class OverviewBench {
    private static final int MACHINES = 50;
    private static final int SERVICES = 100;
    private static final int CHECKS_EACH = 10;
    private static final int WARM_UP = 40;
    private static final int LOADS = 60;

    @Test
    void howLongPagesTake(JenkinsRule jenkins) throws Exception {
        // A Jenkins under test looks for each view anew each time, which no other does.
        MetaClass.NO_CACHE = false;
        Watched watched = new Watched(jenkins);
        watched.file("teams.yaml", Watched.TEAMS);
        watched.file("controller.yaml", Watched.CONTROLLER);
        StringBuilder machines = new StringBuilder("machines:\n");
        List<String> checks = new ArrayList<>();
        for (int m = 0; m < MACHINES; m++) {
            machines.append("  m%d:\n    address: m%d.example.org\n    purpose: Carries services.\n    checks:\n"
                    .formatted(m, m));
            for (int c = 0; c < CHECKS_EACH; c++) {
                machines.append(
                        "      - {type: tcp, name: p%d, server: \"m%d.example.org:%d\"}\n".formatted(c, m, c + 1));
                checks.add("m" + m + "/p" + c);
            }
        }
        watched.file("machines.yaml", machines.toString());
        for (int s = 0; s < SERVICES; s++) {
            StringBuilder service = new StringBuilder(
                    "service: s%d\npurpose: Does what number %d does.\nimportance: medium\ndepends-on: [m%d%s]\nchecks:\n"
                            .formatted(s, s, s % MACHINES, s > 0 ? ", s" + s / 2 : ""));
            for (int c = 0; c < CHECKS_EACH; c++) {
                service.append("  - {type: http, name: h%d, url: \"https://s%d.example.org/%d\"}\n".formatted(c, s, c));
                checks.add("s" + s + "/h" + c);
            }
            watched.file("s" + s + ".yaml", service.toString());
        }
        watched.read();
        assertEquals(
                1501,
                FaultlineEngine.get().look().orElseThrow().catalog().checks().count());
        // One of them tests the catalogue itself.
        Instant now = FaultlineEngine.get().clock().instant();
        for (int round = 0; round < 20; round++) {
            List<Observation> results = new ArrayList<>();
            for (int i = 0; i < checks.size(); i++) {
                results.add(new Observation(
                        CheckId.parse(checks.get(i)),
                        now.minusSeconds(60L * (20 - round)),
                        Duration.ofMillis(20),
                        i % 50 == 0 ? Result.critical("connection refused") : Result.ok("200, 12 kB in 20 ms")));
            }
            FaultlineEngine.get().record(results);
        }
        for (String path : List.of(
                "faultline/log", "faultline/", "faultline/incidents", "faultline/service/s0/", "faultline/api/json")) {
            measure(jenkins, path);
        }
    }

    private static void measure(JenkinsRule jenkins, String path) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(jenkins.getURL() + path)).build();
        double[] millis = new double[LOADS];
        int bytes = 0;
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long spent = 0;
        for (int i = -WARM_UP; i < LOADS; i++) {
            if (i == 0) {
                spent = system.getProcessCpuTime();
            }
            long begin = System.nanoTime();
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long end = System.nanoTime();
            assertEquals(200, response.statusCode());
            bytes = response.body().length;
            if (i >= 0) {
                millis[i] = (end - begin) / 1e6;
            }
        }
        double cpu = (system.getProcessCpuTime() - spent) / 1e6 / LOADS;
        Arrays.sort(millis);
        System.out.printf(
                "BENCH %-24s median %.1f ms, 95th percentile %.1f ms, processor %.1f ms, %d kB%n",
                path, millis[LOADS / 2], millis[LOADS * 95 / 100], cpu, bytes / 1024);
    }
}
