package io.faultline.checks;

import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Bytes;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.Http;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks for one page over HTTP or HTTPS, each time on a new connection, and looks at all of the answer (RFC 9110). */
record HttpCheck(
        URI url,
        Method method,
        List<Integer> statuses,
        boolean forbidden,
        List<String> contains,
        List<String> lacks,
        Optional<Pattern> matches,
        Map<String, String> responseHeaders,
        Optional<URI> redirectsTo,
        boolean followRedirects,
        List<String> redirectHosts,
        List<Http.Field> requestHeaders,
        Optional<String> user,
        Optional<SecretName> password,
        long maxSize,
        Optional<Duration> slowAfter,
        CertificateRules certificate)
        implements Check {
    enum Method {
        GET,
        HEAD
    }

    static final CheckType TYPE = CheckType.named("http")
            .summary("A web page answers with the right status and content, and its certificate is good.")
            .about("""
                    Asks for one page on a new connection and compares status, headers, content and size. With https \
                    the certificate's chain, names and remaining days are checked, too, before anything is sent. \
                    `forbidden-without-login: true` turns the question round: the page must be closed to strangers \
                    (401 or 403). Redirects are not followed unless `follow-redirects: true`; then they are followed \
                    on the same host and on those in `redirect-hosts`, at most five, and never from https to http. A \
                    user and password are sent to the server in `url` only.""")
            .example("""
                    url: https://www.example.org/
                    contains: Welcome
                    warning-days: 14""")
            .reads(HttpCheck::read);

    private static final int MOST_REDIRECTS = 5;
    private static final int SHOWN_OF_PAGE = 160;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    HttpCheck {
        statuses = List.copyOf(statuses);
        contains = List.copyOf(contains);
        lacks = List.copyOf(lacks);
        responseHeaders = Map.copyOf(responseHeaders);
        redirectHosts = List.copyOf(redirectHosts);
        requestHeaders = List.copyOf(requestHeaders);
    }

    private static HttpCheck read(Keys keys) {
        URI url = keys.uri("url", List.of("https", "http"), "The page to ask for.");
        Method method = keys.oneOf("method", Method.GET, "GET, or HEAD to leave the content alone.");
        List<Integer> statuses = keys.integers(
                "status",
                100,
                599,
                "The statuses that are right; 200 if none is written, or any redirect with redirects-to.");
        boolean forbidden = keys.flag(
                "forbidden-without-login",
                false,
                "The page must not be shown to strangers: 401 or 403 is right, everything else is wrong.");
        List<String> contains = keys.texts("contains", "Texts that the page must contain, each of them.");
        List<String> lacks = keys.texts("lacks", "Texts that the page must not contain, none of them.");
        Optional<Pattern> matches =
                keys.optionalPattern("matches", "A regular expression (RE2 syntax) to be found in the page.");
        Map<String, String> responseHeaders = keys.textMap(
                "response-headers", "Header fields that must come back, and a text that each must contain.");
        Optional<URI> redirectsTo =
                keys.optionalUri("redirects-to", List.of("https", "http"), "The answer must redirect to this address.");
        boolean follow = keys.flag("follow-redirects", false, "Follow redirects and look at the page behind them.");
        List<String> hosts = keys.texts(
                "redirect-hosts",
                "Other hosts that redirects may lead to, as host or host:port; the url's host may always.");
        Map<String, String> written =
                keys.textMap("request-headers", "Header fields to send; hosts of redirects do not get them.");
        Optional<String> user = keys.optionalText("user", "The user to log in as (HTTP Basic).");
        Optional<SecretName> password = keys.optionalSecret("password", "The password to log in with.");
        long maxSize = keys.bytes("max-size", 1 << 20, "A page that is larger, unpacked, is a problem.");
        Optional<Duration> slowAfter = keys.optionalDuration("slow-after", "WARNING when it took longer.");
        CertificateRules certificate = CertificateRules.read(keys);

        if (user.isPresent() != password.isPresent()) {
            keys.problem(user.isPresent() ? "user" : "password", "expected both 'user' and 'password', or neither");
        }
        if (password.isPresent() && !Web.isPrivate(url)) {
            keys.problem("password", "it would be sent unencrypted; expected an https address in 'url'");
        }
        if (forbidden && (user.isPresent() || !statuses.isEmpty())) {
            keys.problem("forbidden-without-login", "expected no 'user' and no 'status' beside it");
        }
        if (redirectsTo.isPresent() && follow) {
            keys.problem("redirects-to", "expected no 'follow-redirects' beside it");
        }
        if (method == Method.HEAD && (!contains.isEmpty() || !lacks.isEmpty() || matches.isPresent())) {
            keys.problem("method", "expected get, because the content is asked for");
        }
        List<Http.Field> fields = new ArrayList<>();
        written.forEach((name, value) -> {
            try {
                if (List.of("connection", "content-length", "transfer-encoding")
                        .contains(name.toLowerCase(Locale.ROOT))) {
                    keys.problem("request-headers", "'" + name + "' is set by Faultline itself");
                }
                fields.add(new Http.Field(name, value));
            } catch (IllegalArgumentException e) {
                keys.problem("request-headers", e.getMessage());
            }
        });
        return new HttpCheck(
                url,
                method,
                statuses,
                forbidden,
                contains,
                lacks,
                matches,
                responseHeaders,
                redirectsTo,
                follow,
                hosts,
                fields,
                user,
                password,
                maxSize,
                slowAfter,
                certificate);
    }

    @Override
    public Result run(Probe probe) throws IOException {
        URI address = url;
        Optional<Result> warning = Optional.empty();
        for (int redirects = 0; ; redirects++) {
            try (Http http = Http.connect(probe.dialer(), address, certificate.caFile())) {
                Optional<Result> tls = http.tls().map(known -> certificate.judge(known, probe.now()));
                if (tls.isPresent() && tls.get().status() == Status.CRITICAL) {
                    return redirects == 0 ? tls.get() : tls.get().with(Fact.of("redirected to", address));
                }
                warning = warning.or(() -> tls.filter(result -> !result.isOk()));
                Http.Answer answer = http.send(method.name(), fields(probe, address));
                if (!followRedirects || !REDIRECTS.contains(answer.status())) {
                    Result page = judge(answer, address, probe);
                    if (page.isOk() && warning.isPresent()) {
                        return merged(warning.get(), page);
                    }
                    return tls.isPresent() ? measured(page, tls.get()) : page;
                }
                String location = answer.field("Location").orElse("");
                Optional<String> refusal = redirects == MOST_REDIRECTS
                        ? Optional.of("more than " + MOST_REDIRECTS + " redirects in a row")
                        : refusal(address, location);
                if (refusal.isPresent()) {
                    return Result.critical(
                            "a redirect is not followed: " + refusal.get(),
                            Fact.of("page", address),
                            Fact.of("redirects to", location.isEmpty() ? "nothing" : location));
                }
                address = resolve(address, location).orElseThrow();
            }
        }
    }

    private List<Http.Field> fields(Probe probe, URI address) throws IOException {
        if (!Http.host(address).host().equalsIgnoreCase(Http.host(url).host())) {
            // They may hold what is meant for the url's host alone, such as a token.
            return List.of();
        }
        if (password.isEmpty() || !sameServer(address, url)) {
            return requestHeaders;
        }
        String login = user.orElseThrow() + ":" + probe.secret(password.get());
        String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        probe.conceal(encoded);
        List<Http.Field> all = new ArrayList<>(requestHeaders);
        all.add(new Http.Field("Authorization", "Basic " + encoded));
        return all;
    }

    private Result judge(Http.Answer answer, URI address, Probe probe) throws IOException {
        int status = answer.status();
        String was = (status + " " + answer.reason()).trim();
        if (forbidden) {
            return status == 401 || status == 403
                    ? Result.ok("closed to strangers: " + was)
                    : Result.critical(
                            status < 300 ? "open to strangers: " + was : "not clearly closed to strangers: " + was,
                            Fact.expected("401 or 403"),
                            Fact.butWas(was));
        }
        if (!isRight(status)) {
            Result wrong =
                    Result.critical(was, Fact.of("page", address), Fact.expected(expectedStatus()), Fact.butWas(was));
            return REDIRECTS.contains(status)
                    ? wrong.with(Fact.of(
                                    "redirects to", answer.field("Location").orElse("nothing")))
                            .with(Fact.of("what to do", "write redirects-to, or follow-redirects: true"))
                    : wrong;
        }
        if (redirectsTo.isPresent()) {
            String location = answer.field("Location").orElse("");
            if (!resolve(address, location).map(HttpCheck::withPath).equals(Optional.of(withPath(redirectsTo.get())))) {
                return Result.critical(
                        "redirects to a wrong address",
                        Fact.expected(redirectsTo.get()),
                        Fact.butWas(location.isEmpty() ? "nothing" : location));
            }
        }
        for (Map.Entry<String, String> expected : responseHeaders.entrySet()) {
            Optional<String> value = answer.field(expected.getKey());
            if (value.isEmpty() || !value.get().contains(expected.getValue())) {
                return Result.critical(
                        "the header " + expected.getKey() + " is " + (value.isEmpty() ? "missing" : "wrong"),
                        Fact.expected(expected.getKey() + ": … " + expected.getValue() + " …"),
                        Fact.butWas(value.orElse("nothing")));
            }
        }
        byte[] body;
        try {
            body = answer.body(maxSize);
        } catch (io.faultline.net.LimitExceeded e) {
            return Result.critical(
                    "the page is larger than " + Bytes.write(maxSize),
                    Fact.expected("at most " + Bytes.write(maxSize)),
                    Fact.butWas(e.getMessage()),
                    Fact.of("what to do", "write a larger max-size, or method: head to leave the content alone"));
        }
        Optional<Result> content = wrongContent(body, answer);
        if (content.isPresent()) {
            return content.get();
        }
        Duration took = probe.lifetime().spent();
        Result result = slowAfter.isPresent() && took.compareTo(slowAfter.get()) > 0
                ? Result.warning(
                        was + ", but slow",
                        Fact.expected("an answer within " + Durations.write(slowAfter.get())),
                        Fact.butWas(took.toMillis() + " ms"))
                : Result.ok(was);
        return method == Method.HEAD ? result : result.with(Measurement.of("size", body.length, "B"));
    }

    private boolean isRight(int status) {
        if (!statuses.isEmpty()) {
            return statuses.contains(status);
        }
        return redirectsTo.isPresent() ? REDIRECTS.contains(status) : status == 200;
    }

    private String expectedStatus() {
        if (!statuses.isEmpty()) {
            return String.join(" or ", statuses.stream().map(String::valueOf).toList());
        }
        return redirectsTo.map(to -> "a redirect to " + to).orElse("200");
    }

    private Optional<Result> wrongContent(byte[] body, Http.Answer answer) {
        if (contains.isEmpty() && lacks.isEmpty() && matches.isEmpty()) {
            return Optional.empty();
        }
        String page = new String(body, answer.charset());
        for (String text : contains) {
            if (!page.contains(text)) {
                return Optional.of(wrongPage("the page lacks a text", "a page that contains '" + text + "'", page));
            }
        }
        for (String text : lacks) {
            if (page.contains(text)) {
                return Optional.of(
                        wrongPage("the page contains a text that it must not", "a page without '" + text + "'", page));
            }
        }
        if (matches.isPresent() && !matches.get().matcher(page).find()) {
            return Optional.of(wrongPage("the page does not match", "a page that matches " + matches.get(), page));
        }
        return Optional.empty();
    }

    private static Result wrongPage(String summary, String expected, String page) {
        String start = page.length() > SHOWN_OF_PAGE ? page.substring(0, SHOWN_OF_PAGE) + "…" : page;
        return Result.critical(
                summary,
                Fact.expected(expected),
                Fact.butWas(page.length() + " characters that begin with: "
                        + start.strip().replace('\n', ' ')));
    }

    /** Why a redirect is not followed, if it is not. */
    private Optional<String> refusal(URI from, String location) {
        Optional<URI> to = resolve(from, location);
        if (to.isEmpty()) {
            return Optional.of("its address cannot be read");
        }
        String scheme = String.valueOf(to.get().getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || to.get().getHost() == null) {
            return Optional.of("it does not lead to a http or https address");
        }
        if (scheme.equals("http") && from.getScheme().equalsIgnoreCase("https")) {
            return Optional.of("it leads from https to http");
        }
        try {
            return isAllowed(Http.host(to.get()))
                    ? Optional.empty()
                    : Optional.of("it leads to another host (list it in redirect-hosts to allow that)");
        } catch (IllegalArgumentException e) {
            return Optional.of("its address cannot be read");
        }
    }

    private boolean isAllowed(HostPort host) {
        HostPort own = Http.host(url);
        if (host.host().equalsIgnoreCase(own.host())
                && (host.port() == own.port() || own.port() == 80 && host.port() == 443)) {
            return true;
        }
        return redirectHosts.stream()
                .anyMatch(allowed -> allowed.equalsIgnoreCase(host.toString())
                        || (host.port() == 80 || host.port() == 443) && allowed.equalsIgnoreCase(host.host()));
    }

    private static Optional<URI> resolve(URI from, String location) {
        try {
            URI base = withPath(from);
            return location.isEmpty() ? Optional.empty() : Optional.of(base.resolve(location));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static URI withPath(URI address) {
        return String.valueOf(address.getRawPath()).isEmpty() ? address.resolve("/") : address;
    }

    private static boolean sameServer(URI a, URI b) {
        return a.getScheme().equalsIgnoreCase(b.getScheme()) && Http.host(a).equals(Http.host(b));
    }

    private static Result merged(Result warning, Result page) {
        Result all = warning;
        for (Fact fact : page.facts()) {
            all = all.with(fact);
        }
        all = all.with(Fact.of("page", page.summary()));
        return measured(all, page);
    }

    private static Result measured(Result result, Result more) {
        Result all = result;
        for (Measurement measurement : more.measurements()) {
            all = all.with(measurement);
        }
        return all;
    }
}
