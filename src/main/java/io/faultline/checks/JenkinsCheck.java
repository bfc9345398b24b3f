package io.faultline.checks;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks at a Jenkins controller: up, closed to strangers, and no plugin with a published security warning. */
record JenkinsCheck(
        URI url, boolean loginRequired, Optional<Web.Login> login, Optional<URI> updateCenter, Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("jenkins")
            .summary("A Jenkins controller is up, closed to strangers, and has no plugin with a security warning.")
            .about("""
                    The login page must answer as Jenkins does, and what is behind it must be refused without a login \
                    (`login-required: false` where strangers may read). With `user` and `token` (an API token) and \
                    `update-center` (the address of update-center.json or update-center.actual.json) it also compares \
                    the core and every active plugin with the security warnings published there: each that fits makes \
                    a WARNING that names plugin, version and advisory, and so does an update center that does not tell \
                    them within half of the time. That file has several megabytes, which count against the check's \
                    byte limit. The user needs Overall/SystemRead to see the plugins.""")
            .example("""
                    url: https://jenkins.example.org/
                    user: probe
                    token: {secret: jenkins-token}
                    update-center: https://updates.example.org/update-center.actual.json""")
            .reads(JenkinsCheck::read);

    private static final int LARGEST_PAGE = 1 << 20;
    private static final int LARGEST_LIST = 32 << 20;

    private static JenkinsCheck read(Keys keys) {
        URI url = keys.uri("url", List.of("https", "http"), "The controller's address.");
        JenkinsCheck check = new JenkinsCheck(
                url,
                keys.flag("login-required", true, "Strangers must not see anything behind the login page."),
                Web.login(keys, url, "user", "token"),
                keys.optionalUri("update-center", List.of("https", "http"), "Where security warnings are published."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (check.updateCenter.isPresent() && check.login.isEmpty() && !keys.has("user") && !keys.has("token")) {
            keys.problem("update-center", "expected 'user' and 'token' too, to see the plugins");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        Findings findings = new Findings();
        List<Http.Field> fields = login.isPresent() ? login.get().fields(probe) : List.of();
        Web.Page front = web.get(Web.below(url, "login"), LARGEST_PAGE);
        Optional<String> version = front.field("X-Jenkins");
        if (front.status() == 503) {
            return Result.critical("Jenkins is starting, or was not able to: " + front.shownStatus());
        }
        if (!front.isOk() || version.isEmpty()) {
            return Result.critical("the login page is not that of Jenkins: " + front.shownStatus()
                    + (version.isEmpty() ? ", no X-Jenkins header" : ""));
        }
        findings.fact("version", version.get());
        Web.Page stranger = web.get(Web.below(url, "api/json"), LARGEST_PAGE);
        boolean refused = stranger.status() == 401 || stranger.status() == 403;
        if (loginRequired && !refused) {
            findings.wrong("open to strangers: " + stranger.shownStatus() + ", expected 401 or 403");
        } else if (!loginRequired && !stranger.isOk()) {
            findings.wrong("strangers may read here, but got " + stranger.shownStatus());
        }
        if (login.isPresent()) {
            plugins(web, fields, version.get(), findings);
        }
        return findings.result("Jenkins is up" + (loginRequired ? ", and closed to strangers" : ""));
    }

    private void plugins(Web web, List<Http.Field> fields, String core, Findings findings) throws IOException {
        URI address = Web.below(
                url,
                "pluginManager/api/json?depth=1&tree=plugins[shortName,version,active]"
                        .replace("[", "%5B")
                        .replace("]", "%5D"));
        Web.Page page = web.get(address, LARGEST_PAGE, fields);
        if (!page.isOk()) {
            findings.wrong("the login does not show the plugins: " + page.shownStatus());
            return;
        }
        JsonNode plugins = page.json().path("plugins");
        findings.measured("plugins", plugins.size(), "");
        if (updateCenter.isEmpty()) {
            return;
        }
        JsonNode warnings;
        try {
            warnings = web.others(
                    updateCenter.get(),
                    2,
                    asked ->
                            warnings(asked.get(updateCenter.get(), LARGEST_LIST).found()));
        } catch (Web.OthersFault e) {
            findings.doubtful("the update center does not tell the security warnings: " + e.getMessage());
            return;
        }
        int found = judge(warnings, "core", "core", core, findings);
        for (JsonNode plugin : plugins) {
            if (plugin.path("active").asBoolean(true)) {
                found += judge(
                        warnings,
                        "plugin",
                        plugin.path("shortName").asText(),
                        plugin.path("version").asText(),
                        findings);
            }
        }
        findings.measured("warnings", found, "");
    }

    /** The list, out of the JavaScript call that it may be wrapped in. */
    private static JsonNode warnings(Web.Page page) throws ProtocolFault {
        String text = page.text().strip();
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        JsonNode warnings = start < 0 || end < start
                ? null
                : Web.json(text.substring(start, end + 1), page.address().toString())
                        .get("warnings");
        if (warnings == null || !warnings.isArray()) {
            throw new ProtocolFault("the list has no warnings");
        }
        return warnings;
    }

    private static int judge(JsonNode warnings, String type, String name, String version, Findings findings) {
        int found = 0;
        for (JsonNode warning : warnings) {
            if (warning.path("type").asText().equals(type)
                    && warning.path("name").asText().equals(name)
                    && concerns(warning.path("versions"), version)) {
                found++;
                findings.doubtful(String.format(
                        Locale.ROOT,
                        "%s %s: %s (%s)",
                        name,
                        version,
                        warning.path("message").asText("a security warning"),
                        warning.path("url").asText(warning.path("id").asText())));
            }
        }
        return found;
    }

    /** Whether the version is one of those; a warning without versions, or one that cannot be read, is for all. */
    private static boolean concerns(JsonNode versions, String version) {
        if (versions.isEmpty()) {
            return true;
        }
        for (JsonNode one : versions) {
            try {
                if (Pattern.matches(one.path("pattern").asText(".*"), version)) {
                    return true;
                }
            } catch (PatternSyntaxException e) {
                return true;
            }
        }
        return false;
    }
}
