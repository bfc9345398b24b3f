package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a Nagios plugin and understands its exit code, output and performance data (Nagios Plugin API). */
record NagiosCheck(
        Path plugin, List<String> arguments, Map<String, String> environment, Map<String, SecretName> secrets)
        implements Check {
    static final CheckType TYPE = CheckType.named("nagios")
            .summary("Any Nagios plugin says that all is well.")
            .about("""
                    Starts the program itself, not a shell, with the arguments as they are written and an environment \
                    that holds only PATH, LC_ALL=C and what `environment` and `secrets` add. Exit codes are those of \
                    the Nagios Plugin API (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN); any other means UNKNOWN. The first \
                    line is the summary, the others are facts, what stands behind `|` are measurements. The program \
                    and its children are killed at the deadline. A proxy is not applied to it.""")
            .example("""
                    plugin: /usr/lib/nagios/plugins/check_ntp_time
                    arguments: ["-H", "ntp.example.org", "-w", "0.5"]""")
            .reads(NagiosCheck::read);

    private static final int MOST_OUTPUT = 64 << 10;
    private static final int MOST_LINES = 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,100}");

    /** {@code 'label'=value[unit][;warning[;critical[;min[;max]]]]}; a quote in a label is written twice. */
    private static final Pattern PERFORMANCE = Pattern.compile(
            "\\G\\s*(?:'((?:[^']|''){1,200}+)'|([^\\s=']{1,200}+))=([-+]?[0-9.,]{1,30}(?:[eE][-+]?\\d{1,3})?|U)"
                    + "([^\\s;0-9.,]{0,10})(?:;([^\\s;]{0,40}))?(?:;([^\\s;]{0,40}))?[^\\s]{0,100}");

    NagiosCheck {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
    }

    private static NagiosCheck read(Keys keys) {
        Path plugin = keys.file("plugin", "The program, by its absolute path.");
        List<String> arguments = keys.arguments("arguments", "Its arguments, one text each.");
        Map<String, String> environment = keys.textMap("environment", "Environment variables to set.");
        Map<String, SecretName> secrets = keys.namedSecrets(
                "secrets", "Environment variables to set to secrets: {MYSQL_PWD: {secret: db-password}}.");
        secrets.keySet().stream()
                .filter(name -> !VARIABLE.matcher(name).matches())
                .forEach(name ->
                        keys.problem("secrets", "expected names of environment variables, found '" + name + "'"));
        environment.keySet().stream()
                .filter(name -> !VARIABLE.matcher(name).matches())
                .forEach(name ->
                        keys.problem("environment", "expected names of environment variables, found '" + name + "'"));
        return new NagiosCheck(plugin.toAbsolutePath(), arguments, environment, secrets);
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        variables.put("LC_ALL", "C");
        variables.putAll(environment);
        for (Map.Entry<String, SecretName> entry : secrets.entrySet()) {
            variables.put(entry.getKey(), probe.secret(entry.getValue()));
        }
        List<String> command = new ArrayList<>();
        command.add(plugin.toString());
        command.addAll(arguments);
        Program.Output output;
        try {
            output = probe.run(new Program(command, variables, MOST_OUTPUT));
        } catch (Program.NotStarted e) {
            return Result.unknown(
                    e.getMessage(),
                    Fact.of("plugin", plugin),
                    Fact.of("what to do", "install it, or correct its path"));
        }
        return result(output);
    }

    private Result result(Program.Output output) {
        Status status = switch (output.exitCode()) {
            case 0 -> Status.OK;
            case 1 -> Status.WARNING;
            case 2 -> Status.CRITICAL;
            default -> Status.UNKNOWN;
        };
        List<String> lines = output.text().lines().toList();
        List<Fact> facts = new ArrayList<>();
        List<Measurement> measurements = new ArrayList<>();
        String summary = "";
        // Performance data stands behind the bar of the first line, and behind the first bar of the lines after it.
        boolean inPerformance = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int bar = inPerformance ? 0 : line.indexOf('|');
            String text = bar < 0 ? line : line.substring(0, bar);
            if (bar >= 0) {
                measurements.addAll(measurements(line.substring(inPerformance ? 0 : bar + 1)));
                inPerformance |= i > 0;
            }
            if (i == 0) {
                summary = text.strip();
            } else if (!text.isBlank() && facts.size() < MOST_LINES) {
                facts.add(Fact.of("output", text.strip()));
            }
        }
        if (output.exitCode() < 0 || output.exitCode() > 3) {
            facts.add(Fact.expected("exit code 0, 1, 2 or 3"));
            facts.add(Fact.butWas(
                    output.exitCode() > 128
                            ? output.exitCode() + " (killed by signal " + (output.exitCode() - 128) + ")"
                            : output.exitCode()));
        }
        if (!output.complete()) {
            facts.add(Fact.of("cut", "the plugin wrote more than " + MOST_OUTPUT + " bytes"));
        }
        return new Result(status, summary.isEmpty() ? "the plugin wrote nothing" : summary, facts, measurements);
    }

    private static List<Measurement> measurements(String text) {
        List<Measurement> found = new ArrayList<>();
        Matcher matcher = PERFORMANCE.matcher(text);
        while (matcher.find()) {
            String label = matcher.group(1) == null
                    ? matcher.group(2)
                    : matcher.group(1).replace("''", "'");
            OptionalDouble value = number(matcher.group(3));
            if (value.isPresent()) {
                found.add(new Measurement(
                        label,
                        value.getAsDouble(),
                        matcher.group(4),
                        number(matcher.group(5)),
                        number(matcher.group(6))));
            }
        }
        return found;
    }

    /** A plain number; ranges such as {@code 10:20} are none. */
    private static OptionalDouble number(String text) {
        return Optional.ofNullable(text)
                .filter(written -> written.matches("[-+]?\\d{1,20}([.,]\\d{0,20})?([eE][-+]?\\d{1,3})?"))
                .map(written -> Double.parseDouble(written.replace(',', '.')))
                .filter(Double::isFinite)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }
}
