package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends ICMP echo requests with the ping program, which may do that without being root. */
record IcmpCheck(HostPort server, int count, int mostLost, Optional<Duration> slowAfter) implements Check {
    static final CheckType TYPE = CheckType.named("icmp")
            .summary("A machine answers pings, without too many losses.")
            .about("""
                    Sends `count` echo requests, five a second, with the ping program (package iputils-ping). Some \
                    networks drop them although all is well. A proxy is not applied.""")
            .example("""
                    server: stone.example.org
                    slow-after: 500ms""")
            .reads(IcmpCheck::read);

    private static final String PROGRAM = "/usr/bin/ping";
    private static final int MOST_OUTPUT = 16 << 10;
    private static final Pattern COUNTS =
            Pattern.compile("(\\d{1,5}) packets transmitted, (\\d{1,5}) (?:packets )?received");
    private static final Pattern FORBIDDEN = Pattern.compile("socket: Operation not permitted|missing cap_net_raw");
    private static final Pattern TIMES = Pattern.compile("= [\\d.]{1,12}/([\\d.]{1,12})/([\\d.]{1,12})");

    private static IcmpCheck read(Keys keys) {
        IcmpCheck check = new IcmpCheck(
                keys.hostPort("server", 7, "The machine; a port is not looked at."),
                keys.integer("count", 3, 1, 100, "So many pings are sent."),
                keys.integer("most-lost", 1, 0, 99, "So many of them may get lost."),
                keys.optionalDuration("slow-after", "WARNING when the average answer took longer."));
        if (check.mostLost >= check.count) {
            keys.problem("most-lost", "expected less than count, which is " + check.count);
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        long left = probe.lifetime().left().toSeconds();
        if (count / 5 >= left) {
            throw new LocalFault(
                    count + " pings take " + count / 5 + " s, which the check does not have: give it a longer timeout");
        }
        long wait = Math.max(1, left - 2 - count / 5);
        Program.Output output = Programs.run(
                probe,
                new Program(
                        List.of(
                                PROGRAM,
                                "-n",
                                "-q",
                                "-i",
                                "0.2",
                                "-c",
                                "" + count,
                                "-W",
                                "" + wait,
                                "--",
                                server.host()),
                        Map.of("LC_ALL", "C"),
                        MOST_OUTPUT),
                "iputils-ping");
        return judged(output.text());
    }

    Result judged(String said) throws LocalFault {
        Matcher counts = COUNTS.matcher(said);
        if (!counts.find()) {
            if (FORBIDDEN.matcher(said).find()) {
                throw new LocalFault("this machine may not send pings: " + said.strip());
            }
            return Result.critical("the machine cannot be pinged", Fact.of("ping says", said.strip()));
        }
        int lost = Integer.parseInt(counts.group(1)) - Integer.parseInt(counts.group(2));
        Findings findings = new Findings();
        findings.measured("lost", lost, "");
        Matcher times = TIMES.matcher(said);
        if (times.find()) {
            double average = Double.parseDouble(times.group(1)) / 1000;
            findings.measured("average", average, "s");
            if (slowAfter.isPresent() && average > slowAfter.get().toMillis() / 1000.0) {
                findings.doubtful("the machine answers slowly, after " + times.group(1) + " ms");
            }
        }
        if (lost > mostLost) {
            findings.wrong(lost + " of " + counts.group(1) + " pings got lost");
        }
        return findings.result("the machine answers pings");
    }
}
