package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.faultline.demo.HttpPeer;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hooks as apt, git, systemd and people call them, with curl, against a controller that may be down or slow. */
@RealPeers
class HooksPeersTest {
    private static final Path HOOKS = Path.of("resources/hooks").toAbsolutePath();

    @TempDir
    Path folder;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private HttpPeer controller;
    private Path notify;

    @BeforeEach
    void configure() throws IOException {
        controller = HttpPeer.start().handle("/trigger", exchange -> answer(exchange, 202));
        notify = HOOKS.resolve("faultline-notify");
        Files.writeString(folder.resolve("curl"), "header = \"Authorization: Bearer secret-token\"\n");
        Files.writeString(folder.resolve("conf"), """
                # a comment
                url = %s
                curl=%s/curl
                machine=web1
                spool=%s/spool
                """.formatted(controller.uri("/trigger"), folder, folder));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, -1);
            events.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
        }
    }

    private Map<String, String> environment() {
        return Map.of("FAULTLINE_NOTIFY_CONF", folder.resolve("conf").toString());
    }

    private String next() throws InterruptedException {
        String event = events.poll(60, TimeUnit.SECONDS);
        assertThat(event).as("an event that arrived").isNotNull();
        return event;
    }

    private List<String> waiting() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Those that are trying on their own may be between two attempts. */
    private void awaitWaiting(String... names) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; !waiting().equals(List.of(names)); i++) {
            assertThat(i).as("waited long enough for " + List.of(names)).isLessThan(600);
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "busybox sh", "bash --posix"})
    void anEventArrivesWithItsCredentials(String shell) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        command.addAll(List.of(notify.toString(), "--machine", "db 1;x", "upgrade", "status=two & three"));
        RealServer.run(environment(), command.toArray(String[]::new));

        assertThat(next())
                .matches("Bearer secret-token machine=db\\+1\\+x&event=upgrade&status=two\\+\\+\\+three"
                        + "&boot-id=[0-9a-f-]{36}&id=[0-9a-f-]{36}&at=\\d{10}");
    }

    @Test
    void aControllerThatDoesNotAnswerHoldsNobodyUp() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        controller.handle("/trigger", exchange -> {
            asked.countDown();
            awaitQuietly(answered);
            answer(exchange, 202);
        });
        // It returns, and its output is closed, while the controller still thinks.
        RealServer.run(environment(), notify.toString(), "upgrade");
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting()).as("still being sent").containsExactly("web1.upgrade.sending");
        answered.countDown();

        assertThat(next()).contains("event=upgrade");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whileTheControllerIsAwayEventsWaitOneOfAKind() throws Exception {
        controller.stop();
        RealServer.run(environment(), notify.toString(), "upgrade", "status=first");
        RealServer.run(environment(), notify.toString(), "upgrade", "status=second");
        RealServer.run(environment(), notify.toString(), "boot");
        // Waits for those that are trying, and tries itself.
        RealServer.run(environment(), notify.toString(), "--deliver");
        awaitWaiting("web1.boot.event", "web1.upgrade.event");

        controller.resume();
        RealServer.run(environment(), notify.toString(), "--deliver");
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(List.of(next(), next()))
                .anyMatch(event -> event.contains("event=boot"))
                .anyMatch(event -> event.contains("event=upgrade&status=second"));
        assertThat(events).isEmpty();
        assertThat(waiting()).isEmpty();
    }

    @ParameterizedTest(name = "HTTP status {0}: kept {1}")
    @CsvSource({
        "202, false",
        "400, false",
        "404, false",
        "302, false",
        "401, true",
        "403, true",
        "429, true",
        "500, true",
        "503, true"
    })
    void whatIsRefusedForGoodIsDroppedAndTheRestWaits(int status, boolean kept) throws Exception {
        controller.handle("/trigger", exchange -> answer(exchange, status));
        RealServer.run(environment(), notify.toString(), "deployment", "status=abc");
        next();
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(waiting()).isEqualTo(kept ? List.of("web1.deployment.event") : List.of());
    }

    @Test
    void rubbishInTheSpoolIsRemovedAndTheRestGoesOn() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Files.writeString(spool.resolve("a.event"), "rubbish\n");
        Files.writeString(spool.resolve("b.event"), "x".repeat(100_000));
        Files.writeString(spool.resolve("c.event"), "machine=web1&event=boot&status=&boot-id=&id=1&at=1000000000");
        Files.writeString(
                spool.resolve("d.sending"),
                "machine=web1&event=boot&status=&boot-id=&id=2&at=" + System.currentTimeMillis() / 1000);

        String said = RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(said).contains("a.event is no event", "b.event is no event", "c.event is more than a week old");
        assertThat(next()).contains("id=2");
        assertThat(waiting()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/srv/app, srv+app", "./v2, v2", "Übergabe, bergabe", "(hotfix), hotfix+", "'', ''"})
    void aStatusOfAnyKindIsMadeOneThatIsTaken(String status, String told) throws Exception {
        RealServer.run(environment(), notify.toString(), "deployment", "status=" + status);

        assertThat(next()).contains("&status=" + told + "&");
    }

    @Test
    void whatIsToSettleIsSentByNobodyBeforeAndThenOnce() throws Exception {
        Path spool = folder.resolve("spool");
        RealServer.run(environment(), notify.toString(), "--settle", "60", "upgrade", "status=first");
        RealServer.run(environment(), notify.toString(), "--settle", "60", "upgrade", "status=second");
        RealServer.run(environment(), notify.toString(), "--deliver");
        assertThat(waiting()).containsExactly("web1.upgrade.wait");

        // As after a minute in which its senders were killed.
        Files.setLastModifiedTime(
                spool.resolve("web1.upgrade.wait"),
                FileTime.fromMillis(
                        System.currentTimeMillis() - Duration.ofMinutes(3).toMillis()));
        RealServer.run(environment(), notify.toString(), "--deliver");
        assertThat(next()).contains("status=second");
        assertThat(events).isEmpty();

        RealServer.run(environment(), notify.toString(), "--settle", "1", "upgrade", "status=third");
        assertThat(next()).contains("status=third");
    }

    @Test
    void whatComesWhileItSendsIsSentToo() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Files.writeString(spool.resolve("a.boot.event"), event("1"));
        controller.handle("/trigger", exchange -> {
            if (events.isEmpty()) {
                Files.writeString(spool.resolve("b.boot.event"), event("2"));
            }
            answer(exchange, 202);
        });
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(List.of(next(), next()))
                .anyMatch(told -> told.contains("id=1"))
                .anyMatch(told -> told.contains("id=2"));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void aMachineThatIsToldOfTooOftenHoldsUpNoOther() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Files.writeString(spool.resolve("a.boot.event"), event("1"));
        Files.writeString(spool.resolve("b.boot.event"), event("2"));
        controller.handle("/trigger", exchange -> answer(exchange, events.isEmpty() ? 429 : 202));
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(List.of(next(), next())).hasSize(2);
        assertThat(waiting()).containsExactly("a.boot.event");
    }

    @Test
    void linksInTheSpoolLeadNowhere() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path secret = Files.writeString(folder.resolve("secret"), event("1"));
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createSymbolicLink(spool.resolve("a.boot.event"), secret);
        Files.createSymbolicLink(spool.resolve("b.boot.event"), elsewhere);
        Files.createSymbolicLink(spool.resolve("lock"), secret);
        String said = RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(said).contains("a.boot.event is no event", "b.boot.event is no event");
        assertThat(secret).hasContent(event("1"));
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(events).isEmpty();
    }

    @Test
    void anEventOfThisBootIsNotOldWhateverTheClockSaid() throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        Files.writeString(
                spool.resolve("a.boot.event"), "machine=web1&event=boot&status=&boot-id=" + boot + "&id=1&at=1000");
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(next()).contains("id=1");
    }

    @Test
    void whoCannotReadTheCredentialsLeavesTheSendingToRoot() throws Exception {
        Files.writeString(
                folder.resolve("conf"), Files.readString(folder.resolve("conf")).replace("/curl\n", "/not-for-you\n"));
        RealServer.run(environment(), notify.toString(), "deployment");
        RealServer.run(environment(), notify.toString(), "--deliver");

        assertThat(waiting()).containsExactly("web1.deployment.event");
        assertThat(events).isEmpty();
    }

    private static String event(String id) {
        return "machine=web1&event=boot&status=&boot-id=&id=" + id + "&at=" + System.currentTimeMillis() / 1000;
    }

    @Test
    void withoutSettingsItDoesNothingAndHarmsNothing() throws IOException {
        Files.delete(folder.resolve("conf"));

        assertThat(RealServer.run(environment(), notify.toString(), "upgrade")).contains("there is no " + folder);
    }

    @Test
    void everyRunOfDpkgIsAnUpgrade() throws Exception {
        Path tree = Files.createDirectories(folder.resolve("package/DEBIAN"));
        Files.writeString(tree.resolve("control"), """
                Package: faultline-hook-test
                Version: 1
                Architecture: all
                Maintainer: Nobody <nobody@example.org>
                Description: nothing
                """);
        Path package_ = folder.resolve("faultline-hook-test_1_all.deb");
        RealServer.run("dpkg-deb", "--build", folder.resolve("package").toString(), package_.toString());
        Path state = Files.createDirectories(folder.resolve("dpkg"));
        for (String name : List.of("updates", "info", "triggers")) {
            Files.createDirectories(state.resolve(name));
        }
        Files.createFile(state.resolve("status"));
        Files.createDirectories(folder.resolve("root"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        Files.createDirectories(folder.resolve("lists/partial"));
        Path configuration = Files.writeString(
                folder.resolve("apt.conf"),
                Files.readString(HOOKS.resolve("80faultline"))
                                .replace("/usr/local/sbin/faultline-notify --settle 10", notify + " --settle 0")
                                .replace("/usr/local/sbin/faultline-notify", notify.toString())
                        + """
                        Dir::State "%1$s";
                        Dir::State::status "%1$s/dpkg/status";
                        Dir::State::lists "%1$s/lists";
                        Dir::Cache "%1$s/cache";
                        Dir::Log "%1$s";
                        Dir::Etc "%1$s/none";
                        DPkg::Options { "--admindir=%1$s/dpkg"; "--instdir=%1$s/root"; "--log=%1$s/dpkg.log"; "--force-not-root"; };
                        APT::Sandbox::User "";
                        """.formatted(folder));
        RealServer.run(
                Map.of(
                        "APT_CONFIG",
                        configuration.toString(),
                        "FAULTLINE_NOTIFY_CONF",
                        folder.resolve("conf").toString()),
                "apt-get",
                "install",
                "--yes",
                package_.toString());

        assertThat(state.resolve("info/faultline-hook-test.list")).exists();
        assertThat(next()).contains("machine=web1&event=upgrade");
    }

    @Test
    void aPushToTheDeployedBranchIsADeployment() throws Exception {
        String git = folder.resolve("app.git").toString();
        RealServer.run("git", "init", "-q", "--bare", "-b", "main", git);
        Path hook = Path.of(git, "hooks/post-receive");
        Files.copy(HOOKS.resolve("post-receive"), hook);
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        RealServer.run("git", "-C", git, "config", "faultline.notify", notify.toString());
        RealServer.run("git", "-C", git, "config", "faultline.machine", "app1");
        String work = folder.resolve("work").toString();
        RealServer.run("git", "init", "-q", "-b", "main", work);
        RealServer.run(
                "git",
                "-C",
                work,
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "x");
        RealServer.run(environment(), "git", "-C", work, "push", "-q", git, "main:other");
        RealServer.run(environment(), notify.toString(), "--deliver");
        assertThat(events).isEmpty();
        RealServer.run(environment(), "git", "-C", work, "push", "-q", git, "main");

        String commit = RealServer.run("git", "-C", work, "rev-parse", "HEAD").strip();
        assertThat(next()).contains("machine=app1&event=deployment&status=" + commit);
        assertThat(events).isEmpty();
    }

    @Test
    void aControllerThatWatchesTestsTheMachineAtOnce() throws Exception {
        try (HttpPeer web = HttpPeer.start().page("/", "text/plain", "fine")) {
            Path catalog = Files.createDirectories(folder.resolve("catalog"));
            Files.writeString(catalog.resolve("machines.yaml"), "machines:\n  web1: {address: 127.0.0.1}\n");
            Files.writeString(catalog.resolve("web.yaml"), """
                    service: web
                    purpose: Shows pages.
                    depends-on: web1
                    checks: [{type: http, url: "%s", every: 24h}]
                    """.formatted(web.uri("/")));
            String address = "127.0.0.1:" + Ports.free();
            try (RealServer watch = RealServer.start(
                    folder,
                    Map.of("FAULTLINE_SECRET_TRIGGER_TOKEN", "secret-token", "STATE_DIRECTORY", folder + "/state"),
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.faultline.cli.Main",
                    "watch",
                    "--verbose",
                    "--catalog",
                    catalog.toString(),
                    "--listen",
                    address)) {
                watch.saying("listening on " + address).saying("watching ");
                Files.writeString(
                        folder.resolve("conf"),
                        Files.readString(folder.resolve("conf"))
                                .replaceAll("url = .*", "url=http://" + address + "/trigger"));
                web.failWith(500);
                RealServer.run(environment(), notify.toString(), "puppet-run", "status=2");

                watch.saying("web/http")
                        .saying("failed once, to be tried again")
                        .saying("hard problem now");
            }
        }
    }

    @Test
    void systemdTakesTheUnits() throws IOException {
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
        for (String unit : List.of(
                "faultline-boot.service",
                "faultline-notify.service",
                "faultline-notify.timer",
                "faultline-notify.path")) {
            Path copy = folder.resolve(unit);
            Files.writeString(
                    copy,
                    Files.readString(HOOKS.resolve(unit))
                            .replace("/usr/local/sbin/faultline-notify", notify.toString()));
            command.add(copy.toString());
        }
        assertThat(RealServer.run(command.toArray(String[]::new))).isEmpty();
    }
}
