package io.faultline.cli;

import io.faultline.alert.Postman;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CheckDefinition;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Problem;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.DnsPeer;
import io.faultline.demo.HttpPeer;
import io.faultline.demo.Identity;
import io.faultline.demo.SmtpPeer;
import io.faultline.demo.SshPeer;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.run.SimulatedTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole way from catalogue to mail, on this machine alone: real servers on loopback, simulated time between the
 * rounds, so that half an hour of a bad evening passes in seconds.
 */
@Command(
        name = "demo",
        description = {
            "Show the whole of it in a few seconds: real servers on this machine, real checks, simulated time.",
            "Writes mails, JUnit XML, the overview and two verdicts on builds into a folder. Needs no network."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final List<String> FILES = List.of(
            "controller.yaml",
            "teams.yaml",
            "machines.yaml",
            "website.yaml",
            "packages.yaml",
            "builds.yaml",
            "mail.yaml",
            "dns.yaml");

    /** Tells a folder that an earlier demo wrote from one with somebody's work in it. */
    private static final String MARK = ".faultline-demo";

    private static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(5);

    private final Host host;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "faultline-demo",
            description = "The folder to write into (default: ${DEFAULT-VALUE}).")
    Path out;

    DemoCommand(Host host) {
        this.host = host;
    }

    /** One round of the story: what happens before it. */
    private record Round(String title, Event event) {
        interface Event {
            void happen() throws IOException;
        }
    }

    @Override
    public Integer call() throws IOException {
        Path folder = host.directory().resolve(out).normalize();
        empty(folder);
        Instant now = host.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        CertificateAuthority authority = CertificateAuthority.create(
                "Example authority", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
        Identity expiring = authority.issue(
                now.minus(Duration.ofDays(80)), now.plus(Duration.ofDays(10)).plus(Duration.ofHours(3)), "127.0.0.1");
        Identity good = authority.issue(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(300)), "127.0.0.1");
        Path root = Files.createDirectories(folder.resolve("sftp-root"));
        try (HttpPeer packages = HttpPeer.start();
                HttpPeer website = HttpPeer.start(Optional.of(good));
                SshPeer ssh = SshPeer.start(root);
                SmtpPeer smtp = SmtpPeer.start(SmtpPeer.Security.STARTTLS, good);
                DnsPeer dns = DnsPeer.start(
                        "example.org.",
                        "@ SOA ns1 hostmaster 2026112201 3600 600 604800 300",
                        "@ NS ns1",
                        "ns1 A 192.0.2.1",
                        "www A 192.0.2.80")) {
            packages.page("/dists/stable/Release", "text/plain", "Origin: Example\nSuite: stable\n");
            website.page("/", "text/html; charset=utf-8", "<!DOCTYPE html><title>Example</title><h1>Welcome</h1>\n");
            website.protectedPage("/staff/", "staff", "only-for-this-demo", "Staff only\n");

            Map<String, String> addresses = new HashMap<>();
            addresses.put("http-host", packages.address().toString());
            addresses.put("http", packages.uri("").toString());
            addresses.put("https", website.uri("").toString());
            addresses.put("https-server", website.address().toString());
            addresses.put("ssh", ssh.address().toString());
            addresses.put("smtp", smtp.address().toString());
            addresses.put("mail", smtp.address().toString());
            addresses.put("dns", dns.address().toString());
            Path files = write(folder, addresses);
            authority.writePem(files.resolve("ca.pem"));
            Files.writeString(files.resolve("known_hosts"), ssh.knownHostsLine() + "\n");
            Path secrets = Files.createDirectories(folder.resolve("secrets"));
            Files.writeString(secrets.resolve("demo-ssh-key"), ssh.clientKey());

            List<Round> story = List.of(
                    new Round("All is well.", () -> {}),
                    new Round("The web server of the package archive dies.", packages::stop),
                    new Round("The mail relay flaps: gone at the first try, there at the next.", smtp::stop),
                    new Round(
                            "The website gets a certificate that expires in 10 days.",
                            () -> website.switchTo(expiring)),
                    new Round("The package archive is back.", packages::resume),
                    new Round("The mail relay flaps again. It never fails three times in a row: no mail.", smtp::stop));
            play(story, files, folder, new SimulatedTime(now), smtp);
            classifyBuilds(folder, files, addresses, now.plus(BETWEEN_ROUNDS).plus(Duration.ofMinutes(2)));
            tellWhatThereIs(folder, files);
            return 0;
        }
    }

    private void play(List<Round> story, Path files, Path folder, SimulatedTime time, SmtpPeer smtp)
            throws IOException {
        PrintStream out = host.out();
        Catalog catalog = CatalogReader.read(List.of(files), CheckTypes.ALL, folder.resolve("state.db"));
        for (Problem problem : catalog.problems()) {
            throw new CommandFailed("the demo's own catalogue has a mistake: " + problem);
        }
        List<CheckDefinition> checks = catalog.checks().toList();
        Outputs outputs = new Outputs();
        outputs.mailFolder = folder.resolve("mails");
        outputs.junit = folder.resolve("junit");
        outputs.overview = folder.resolve("overview");
        Progress progress = new Progress(
                out, RunCommand.terminal(host, checks), host.terminal(), Progress.Show.PROBLEMS, checks.size());
        out.println(catalog.services().size() + " services, " + checks.size()
                + " checks, against real servers on this machine. Time between rounds is simulated.");
        try (History history = Store.open(folder.resolve("state.db"));
                Engine engine = new Engine(
                        demoHost(folder),
                        catalog,
                        history,
                        time,
                        time,
                        outputs,
                        List.of(
                                progress,
                                transition -> endOfFlap(
                                        transition.observation().check().toString(), smtp)))) {
            for (int i = 0; i < story.size(); i++) {
                if (i > 0) {
                    time.advance(BETWEEN_ROUNDS);
                }
                Round round = story.get(i);
                out.println();
                out.println("Round " + (i + 1) + ": " + round.title());
                round.event().happen();
                Map<?, CheckState> states = engine.runner().once(checks).states();
                progress.end();
                tellMails(engine, out);
                out.println("  " + count(states));
                engine.writeJUnit(engine.states(checks));
                engine.writeOverview();
            }
        }
    }

    private void tellWhatThereIs(Path folder, Path files) {
        PrintStream out = host.out();
        out.println();
        out.println("What you can look at now:");
        out.println("  the overview  " + shown(folder.resolve("overview/index.html")));
        out.println("  the mails     " + shown(folder.resolve("mails")) + "  (one thread an incident)");
        out.println("  JUnit XML     " + shown(folder.resolve("junit")));
        out.println("  the builds    " + shown(folder.resolve("builds")));
        out.println("  the catalogue " + shown(files));
    }

    private static void endOfFlap(String check, SmtpPeer smtp) {
        if (check.equals("mail/relay")) {
            try {
                smtp.resume();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void tellMails(Engine engine, PrintStream out) {
        int sent = engine.deliver().map(Postman.Report::sent).orElse(0);
        if (sent > 0) {
            out.println("  " + sent + (sent == 1 ? " mail goes" : " mails go") + " out.");
        }
    }

    private static String count(Map<?, CheckState> states) {
        List<String> broken = states.values().stream()
                .filter(CheckState::isHardProblem)
                .map(state -> state.check() + " " + state.hard())
                .sorted()
                .toList();
        return broken.isEmpty()
                ? states.size() + " checks, all is well."
                : states.size() + " checks, broken: " + String.join(", ", broken) + ".";
    }

    /** The same host, with the demo's secrets. */
    private Host demoHost(Path folder) {
        Map<String, String> environment = new HashMap<>(host.environment());
        environment.put("CREDENTIALS_DIRECTORY", folder.resolve("secrets").toString());
        return new Host(
                host.clock(),
                host.zone(),
                environment,
                host.directory(),
                host.userHome(),
                host.out(),
                host.err(),
                host.terminal());
    }

    private String shown(Path path) {
        return path.startsWith(host.directory())
                ? host.directory().relativize(path).toString()
                : path.toString();
    }

    /** Writes the catalogue, with the addresses that the servers really got. */
    private static Path write(Path folder, Map<String, String> addresses) throws IOException {
        Path files = Files.createDirectories(folder.resolve("catalog"));
        for (String name : FILES) {
            Files.writeString(files.resolve(name), filledIn("catalog/demo/" + name, addresses));
        }
        return files;
    }

    private static String filledIn(String resource, Map<String, String> addresses) throws IOException {
        try (InputStream in = DemoCommand.class.getResourceAsStream("/io/faultline/" + resource)) {
            if (in == null) {
                throw new CommandFailed("the jar lacks the demo's file " + resource);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> address : addresses.entrySet()) {
                text = text.replace("${" + address.getKey() + "}", address.getValue());
            }
            return text;
        }
    }

    /** Two builds that failed while the package archive was dead, one because of it. */
    private void classifyBuilds(Path folder, Path files, Map<String, String> addresses, Instant outage)
            throws IOException {
        Path builds = Files.createDirectories(folder.resolve("builds"));
        for (Map.Entry<String, String> build :
                Map.of("image-build", "Packages", "unit-tests", "Test").entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .toList()) {
            String job = build.getKey();
            Path log = builds.resolve(job + ".log");
            Files.writeString(log, filledIn("demo/" + job + ".log", addresses));
            Path facts = builds.resolve(job + ".json");
            Files.writeString(facts, """
                    {"job": "%s", "build": "7", "result": "FAILURE", "failed-stage": "%s",
                     "start": "%s", "end": "%s"}
                    """.formatted(job, build.getValue(), outage, outage.plus(Duration.ofMinutes(2))));
            host.out().println();
            host.out().println("Build " + job + " 7 failed at that time. Whose fault is it?");
            Main.run(
                    host,
                    "classify",
                    log.toString(),
                    "--facts",
                    facts.toString(),
                    "--state",
                    folder.resolve("state.db").toString(),
                    "--catalog",
                    files.toString());
        }
    }

    /** Only what an earlier demo wrote is ever deleted. */
    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                boolean somebodys = content.findAny().isPresent() && !Files.exists(folder.resolve(MARK));
                if (somebodys) {
                    throw new CommandFailed(folder + " is not empty, and no demo wrote it; give another with --out");
                }
            }
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(folder);
        Files.createFile(folder.resolve(MARK));
    }
}
