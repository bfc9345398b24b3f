package io.faultline.checks;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Asks Icinga 2's API whether it works (api/v1/status). */
record IcingaCheck(URI url, Optional<Web.Login> login, Optional<Path> caFile) implements Check {
    static final CheckType TYPE = CheckType.named("icinga")
            .summary("Icinga 2 answers at its API, notifies, and carries its checks out.")
            .about("""
                    With `user` and `password` it reads api/v1/status: checks and notifications must be enabled, and in \
                    the last five minutes checks must have been carried out if there are any. Without a login the API \
                    must answer, and refuse. For a certificate by Icinga's own authority write `ca-file`; the address \
                    must be the name in the certificate. The user needs the permission status/query.""")
            .example("""
                    url: https://icinga.example.org:5665/
                    user: probe
                    password: {secret: icinga-api}
                    ca-file: icinga-ca.crt""")
            .reads(IcingaCheck::read);

    private static final int LARGEST = 4 << 20;

    private static IcingaCheck read(Keys keys) {
        URI url = keys.uri("url", List.of("https", "http"), "Where the API is, without /v1.");
        return new IcingaCheck(
                url,
                Web.login(keys, url, "user", "password"),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        URI address = Web.below(url, "v1/status");
        Web.Page page =
                web.get(address, LARGEST, login.isPresent() ? login.get().fields(probe) : List.of());
        String server = page.field("Server").orElse("");
        if (login.isEmpty()) {
            return page.status() == 401
                            && page.field("WWW-Authenticate").orElse("").contains("Icinga")
                    ? Result.ok("the API answers, and asks for a login")
                    : Result.critical("the API does not ask for a login as Icinga does: " + page.shownStatus());
        }
        if (!page.isOk()) {
            return Result.critical(
                    page.status() == 401 || page.status() == 403
                            ? "the API refuses the login: " + page.shownStatus()
                            : "the API answers " + page.shownStatus());
        }
        JsonNode results = page.json().path("results");
        JsonNode app =
                status(results, "IcingaApplication").path("icingaapplication").path("app");
        if (app.isMissingNode()) {
            throw new ProtocolFault("the answer is not that of Icinga 2: it has no IcingaApplication");
        }
        JsonNode numbers = status(results, "CIB");
        Findings findings = new Findings();
        findings.fact("version", app.path("version").asText(server));
        flag(app, "enable_host_checks", "checks of hosts are switched off", findings);
        flag(app, "enable_service_checks", "checks of services are switched off", findings);
        flag(app, "enable_notifications", "notifications are switched off", findings);
        if (numbers.isMissingNode()) {
            findings.doubtful("Icinga does not tell how many checks it carries out: its feature 'cib' is missing");
        }
        double hosts = numbers.path("active_host_checks_5min").asDouble(0);
        double services = numbers.path("active_service_checks_5min").asDouble(0);
        double watched = sum(
                numbers,
                "num_hosts_up",
                "num_hosts_down",
                "num_services_ok",
                "num_services_warning",
                "num_services_critical",
                "num_services_unknown");
        double uptime = numbers.path("uptime").asDouble(0);
        findings.measured("checks_5min", hosts + services, "");
        findings.measured("uptime", uptime, "s");
        if (watched > 0 && uptime > 600 && hosts + services == 0) {
            findings.wrong("no check was carried out in the last five minutes");
        }
        return findings.result("Icinga works");
    }

    private static void flag(JsonNode app, String name, String otherwise, Findings findings) {
        if (!app.path(name).asBoolean(true)) {
            findings.doubtful(otherwise);
        }
    }

    private static double sum(JsonNode numbers, String... names) {
        double sum = 0;
        for (String name : names) {
            sum += numbers.path(name).asDouble(0);
        }
        return sum;
    }

    private static JsonNode status(JsonNode results, String name) {
        for (JsonNode result : results) {
            if (result.path("name").asText().equals(name)) {
                return result.path("status");
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
}
