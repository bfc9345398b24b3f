package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.ChildProcess;
import io.faultline.alert.Postman;
import io.faultline.alert.SmtpTransport;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.check.Secrets;
import io.faultline.checks.CheckTypes;
import io.faultline.demo.HttpPeer;
import io.faultline.demo.SmtpPeer;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.SqliteHistory;
import io.faultline.net.SystemResolver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code faultline watch} as a process of its own, killed with SIGKILL at random moments while services break and
 * recover and the mail server comes and goes.
 */
class KilledTest {
    private static final int KILLS = 8;
    private static final int SERVICES = 40;
    private static final long SEED = 20261122;
    private static final Pattern MESSAGE_ID = Pattern.compile("(?mi)^Message-ID: <([^>]+)>");
    private static final Pattern OF_INCIDENT = Pattern.compile("faultline\\.(\\d+)\\.(\\d+)\\..*");

    @TempDir
    Path folder;

    /** A result that the process has told of. */
    private record Told(CheckId check, Instant at) {}

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void losesNoResultThatItToldOfAndNoMail() throws Exception {
        Random random = new Random(SEED);
        Set<Told> told = new HashSet<>();
        int stops = 0;
        try (HttpPeer web = HttpPeer.start().page("/", "text/plain", "fine\n");
                SmtpPeer smtp = SmtpPeer.start()) {
            Path catalog = catalog(web, smtp);
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = watch(catalog);
                try (BufferedReader lines = lines(process)) {
                    int results = 5 + random.nextInt(150);
                    for (int i = 0; i < results; i++) {
                        told.add(parse(lines.readLine()));
                        if (random.nextInt(12) == 0) {
                            web.failWith(random.nextBoolean() ? 500 : 0);
                        }
                        if (random.nextInt(40) == 0) {
                            smtp.stop();
                            stops++;
                        } else if (random.nextInt(10) == 0) {
                            smtp.resume();
                        }
                    }
                    // By its handle: the process itself would close the pipe that the last lines are in.
                    process.toHandle().destroyForcibly();
                    // What it had written before it died was told, too; a line cut short was not.
                    for (String line = lines.readLine(); line != null && line.endsWith("}"); line = lines.readLine()) {
                        told.add(parse(line));
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
                assertAllStored(told);
            }
            web.failWith(0);
            smtp.resume();
            sendTheRest(catalog, smtp);
            assertAllMailArrived(smtp, KILLS + stops);
        }
    }

    private void assertAllStored(Set<Told> told) {
        try (History history = SqliteHistory.openToRead(state(), Optional.empty())) {
            Set<Told> stored = new HashSet<>();
            told.stream().map(Told::check).distinct().forEach(check -> {
                for (Observation observation : history.observations(check, Instant.EPOCH, Integer.MAX_VALUE)) {
                    stored.add(new Told(check, observation.at()));
                }
            });
            assertThat(stored).containsAll(told);
        }
    }

    /** Lets it run until nothing is broken, and then sends whatever waits, as if hours had passed. */
    private void sendTheRest(Path catalog, SmtpPeer smtp) throws Exception {
        Process process = watch(catalog);
        try (BufferedReader lines = lines(process)) {
            boolean well = false;
            while (!well) {
                parse(lines.readLine());
                try (History history = SqliteHistory.openToRead(state(), Optional.empty())) {
                    well = history.openIncidents().isEmpty();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        Settings.Mail settings = CatalogReader.read(List.of(catalog), CheckTypes.ALL, state())
                .settings()
                .mail()
                .orElseThrow();
        try (History history = SqliteHistory.open(state(), Optional.empty())) {
            Postman postman = new Postman(history, new SmtpTransport(settings, Secrets.none(), new SystemResolver()));
            Instant later = Instant.now().plus(Duration.ofHours(7));
            while (postman.pass(later).sent() > 0) {
                assertThat(smtp.mails()).isNotEmpty();
            }
            assertThat(history.queuedMails()).isEmpty();
        }
    }

    private void assertAllMailArrived(SmtpPeer smtp, int deaths) {
        Map<String, List<String>> byId = new HashMap<>();
        for (SmtpPeer.Mail mail : smtp.mails()) {
            Matcher id = MESSAGE_ID.matcher(mail.data());
            assertThat(id.find()).isTrue();
            byId.computeIfAbsent(id.group(1), i -> new ArrayList<>()).add(withoutTrace(mail.data()));
        }
        Map<Long, Integer> arrived = new HashMap<>();
        byId.forEach((id, copies) -> {
            assertThat(copies).as("copies of %s are one mail", id).allMatch(copies.get(0)::equals);
            Matcher incident = OF_INCIDENT.matcher(id);
            assertThat(incident.matches()).as(id).isTrue();
            arrived.merge(Long.parseLong(incident.group(1)), 1, Integer::sum);
        });
        int twice = smtp.mails().size() - byId.size();
        assertThat(twice)
                .as("mails sent again, one at most for each death of either side")
                .isLessThanOrEqualTo(deaths);
        try (History history = SqliteHistory.openToRead(state(), Optional.empty())) {
            Map<Long, Integer> meant = new HashMap<>();
            for (Incident incident : history.incidents(10_000)) {
                meant.put(incident.id(), incident.mails());
            }
            assertThat(meant).as("the random story has incidents at all").hasSizeGreaterThan(1);
            assertThat(arrived).isEqualTo(meant);
        }
    }

    private static String withoutTrace(String mail) {
        return mail.replaceAll("(?m)^Received:.*(\\r?\\n[ \\t].*)*\\r?\\n", "");
    }

    private Path catalog(HttpPeer web, SmtpPeer smtp) throws IOException {
        Path catalog = Files.createDirectories(folder.resolve("catalog"));
        Files.writeString(catalog.resolve("controller.yaml"), """
                state: %s
                team: sysadmins
                defaults:
                  {every: 1s, retry-every: 1s, failures-before-alert: 2, timeout: 20s, flapping: off,
                   alert-when: {share: 100%%, within: 1h, daily: false}}
                alerts: {most-mails: {subject: 1000, team: 1000, all: 1000}}
                mail: {server: "%s", security: none, from: faultline@example.org, list-id: faultline.example.org}
                """.formatted(state(), smtp.address()));
        Files.writeString(catalog.resolve("teams.yaml"), "teams:\n  sysadmins: {mail: [sysadmins@example.org]}\n");
        for (int i = 0; i < SERVICES; i++) {
            Files.writeString(catalog.resolve("service-" + i + ".yaml"), """
                    service: service-%d
                    purpose: Stands for any.
                    importance: high
                    checks:
                      - {type: http, url: "%s"}
                    """.formatted(i, web.uri("/")));
        }
        assertThat(CatalogReader.read(List.of(catalog), CheckTypes.ALL, state()).problems())
                .isEmpty();
        return catalog;
    }

    private Path state() {
        return folder.resolve("state.db");
    }

    private Process watch(Path catalog) throws IOException {
        return ChildProcess.of(Main.class, "watch", "--catalog", catalog.toString(), "--json", "-")
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static Told parse(String line) throws IOException {
        assertThat(line).as("the process goes on").isNotNull();
        JsonNode json = new ObjectMapper().readTree(line);
        return new Told(
                new CheckId(json.get("subject").asText(), json.get("check").asText()),
                Instant.parse(json.get("at").asText()));
    }
}
