package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogStamp;
import io.faultline.config.Shown;
import io.faultline.history.Reports;
import io.faultline.machine.SignedReport;
import io.faultline.net.HostPort;
import io.faultline.net.HttpListener;
import io.faultline.net.LocalFault;
import io.faultline.run.RateLimit;
import io.faultline.run.ReportGate;
import io.faultline.run.ReportSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes in what machines report of themselves, beside a process that runs checks, until it is stopped. */
@Command(
        name = "receive",
        description = {
            "Take in the signed reports that machines send of themselves, over HTTP (POST /report) or from a folder.",
            "Checks over facts use them as soon as they run; see docs/machines.md."
        },
        mixinStandardHelpOptions = true)
final class ReceiveCommand implements Callable<Integer> {
    private static final HttpListener.Limits LIMITS =
            new HttpListener.Limits(16, Duration.ofSeconds(10), SignedReport.MOST_BYTES);
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Host host;
    private final RateLimit requests;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile ReportGate gate;

    @Mixin
    Sources sources;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Listen here for HTTP. There is no TLS in it: on loopback, behind a web server or an onion service.")
    String listen;

    @Option(names = "--spool", paramLabel = "DIR", description = "Take *.report files from this folder.")
    Path spool;

    @Option(names = "--once", description = "Take what is in the folder now, and end.")
    boolean once;

    ReceiveCommand(Host host) {
        this.host = host;
        this.requests = RateLimit.ofRequests(host.clock());
    }

    @Override
    public Integer call() throws IOException {
        if (listen == null && spool == null || once && spool == null) {
            throw new CommandFailed(
                    once ? "--once needs a folder: --spool DIR" : "give --listen HOST:PORT, --spool DIR, or both");
        }
        Catalog catalog = RunCommand.catalog(host, sources);
        Thread onSignal = new Thread(this::stop, "faultline-stop");
        try (Reports reports = Store.openReports(sources.stateFile(host, catalog))) {
            gate = new ReportGate(catalog, reports, host.clock());
            if (once) {
                pass();
                return 0;
            }
            Runtime.getRuntime().addShutdownHook(onSignal);
            if (listen == null) {
                takeUntilStopped(reports);
            } else {
                try (HttpListener listener = HttpListener.start(address(listen), LIMITS, this::answer, this::log)) {
                    host.err().println("faultline: listening on " + listener.address());
                    takeUntilStopped(reports);
                }
            }
        } finally {
            ended.countDown();
            RunCommand.unhook(onSignal);
        }
        return 0;
    }

    static HostPort address(String listen) {
        try {
            return HostPort.parse(listen, 0);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("--listen: " + e.getMessage(), e);
        }
    }

    /** Looks into the folder, and takes up changes of the catalogue. */
    private void takeUntilStopped(Reports reports) {
        CatalogStamp files = CatalogStamp.of(sources.catalogPaths(host));
        try {
            do {
                try {
                    CatalogStamp now = CatalogStamp.of(sources.catalogPaths(host));
                    if (!now.equals(files)) {
                        files = now;
                        gate = new ReportGate(RunCommand.catalog(host, sources), reports, host.clock());
                    }
                    pass();
                } catch (IOException | RuntimeException e) {
                    log("reports could not be taken: " + e.getMessage());
                }
            } while (!stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass() throws IOException {
        if (spool == null) {
            return;
        }
        Path folder = host.directory().resolve(spool);
        if (!Files.isDirectory(folder)) {
            throw new LocalFault("there is no folder " + folder);
        }
        new ReportSpool(folder, gate, (file, became) -> log(file + ": " + became)).pass();
    }

    private HttpListener.Answer answer(HttpListener.Request request) {
        if (!requests.take("all").isZero()) {
            return new HttpListener.Answer(429, "too many requests; try again later");
        }
        if (!request.path().equals("/report")) {
            return new HttpListener.Answer(404, "expected /report");
        }
        if (!request.method().equals("POST")) {
            return new HttpListener.Answer(405, "expected POST");
        }
        try {
            log("a report was taken from " + gate.take(request.body()));
            return new HttpListener.Answer(200, "taken");
        } catch (ReportGate.Refused e) {
            log("a report was refused: " + e.getMessage());
            return new HttpListener.Answer(403, "refused: " + e.getMessage());
        } catch (RuntimeException e) {
            log("a report could not be stored: " + e.getMessage());
            return new HttpListener.Answer(503, "the report could not be stored; try again later");
        }
    }

    private void log(String line) {
        host.err().println("faultline: " + Shown.oneLine(line, 500));
    }

    private void stop() {
        stopped.countDown();
        try {
            ended.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
