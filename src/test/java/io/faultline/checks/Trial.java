package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Attempt;
import io.faultline.check.Check;
import io.faultline.check.FactsSource;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.SecretMissing;
import io.faultline.check.Status;
import io.faultline.config.Problem;
import io.faultline.config.YamlFile;
import io.faultline.config.YamlKeys;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import io.faultline.net.Resolver;
import io.faultline.net.Route;
import io.faultline.net.SystemResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One check, written as in a catalogue, and the world that it is run in. */
public final class Trial {
    private static final Path FOLDER = Path.of("/").toAbsolutePath();

    private final String type;
    private final String yaml;
    private final Map<String, String> secrets = new HashMap<>();
    private Route route = Route.DIRECT;
    private Resolver resolver = new SystemResolver();
    private Duration timeout = Duration.ofSeconds(20);
    private Instant now = Instant.now();
    private long budget = 16 << 20;
    private FactsSource facts = FactsSource.none();

    private Trial(String type, String yaml) {
        this.type = type;
        this.yaml = yaml;
    }

    public static Trial of(String type, String... lines) {
        return new Trial(type, String.join("\n", lines));
    }

    public Trial secret(String name, String value) {
        secrets.put(name, value);
        return this;
    }

    public Trial through(Route way, Resolver names) {
        this.route = way;
        this.resolver = names;
        return this;
    }

    public Trial within(Duration time) {
        this.timeout = time;
        return this;
    }

    public Trial at(Instant instant) {
        this.now = instant;
        return this;
    }

    public Trial budget(long bytes) {
        this.budget = bytes;
        return this;
    }

    public Trial facts(FactsSource source) {
        this.facts = source;
        return this;
    }

    /** What is wrong with the lines. */
    public List<String> problems() {
        List<Problem> problems = new ArrayList<>();
        read(problems);
        return problems.stream().map(Problem::toString).toList();
    }

    public Result run() {
        List<Problem> problems = new ArrayList<>();
        Check check = read(problems);
        if (!problems.isEmpty()) {
            throw new AssertionError(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
        Dialer dialer = new Dialer(Lifetime.of(timeout), route, resolver, budget);
        return Attempt.of(
                check,
                new Probe(
                        dialer,
                        name -> {
                            if (!secrets.containsKey(name.name())) {
                                throw new SecretMissing("no secret " + name);
                            }
                            return secrets.get(name.name());
                        },
                        () -> now,
                        facts));
    }

    /** Runs it: it must come to this status, and the text must be among all that people would see. */
    public void expect(Status status, String text) {
        Result result = run();
        assertThat(shown(result)).contains(text);
        assertThat(result.status()).as(shown(result)).isEqualTo(status);
    }

    /** Runs it against a server that stands still: its time-out must end it, and be what people are told. */
    public void expectNoEnd() {
        Duration time = Duration.ofMillis(500);
        assertThat(within(time).run().summary()).isEqualTo("no end within 500ms");
    }

    private Check read(List<Problem> problems) {
        YamlKeys keys = YamlFile.parse(yaml.getBytes(StandardCharsets.UTF_8), "test.yaml", FOLDER, problems::add)
                .orElseThrow(() -> new AssertionError(problems.toString()));
        Check check = CheckTypes.named(type).orElseThrow().read(keys);
        keys.refuseOthers();
        return check;
    }

    /** All that people would see, on one line each. */
    public static String shown(Result result) {
        return result.status() + " " + result.summary() + "\n"
                + result.facts().stream().map(fact -> fact + "\n").collect(Collectors.joining())
                + result.measurements().stream()
                        .filter(measurement -> !measurement.name().equals("time"))
                        .map(m -> m.name() + "=" + m.value() + m.unit() + "\n")
                        .collect(Collectors.joining());
    }
}
