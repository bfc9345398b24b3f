package io.faultline.checks;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.check.Attempt;
import io.faultline.check.Probe;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.ConnectFault;
import io.faultline.net.DeadlineExceeded;
import io.faultline.net.Dialer;
import io.faultline.net.Http;
import io.faultline.net.Lifetime;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Pages fetched whole, one connection each, from servers that prove who they are. Redirects are not followed. */
record Web(Probe probe, Dialer dialer, Optional<Path> caFile) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Web(Probe probe, Optional<Path> caFile) {
        this(probe, probe.dialer(), caFile);
    }

    /** What is asked of others. */
    interface Question<T> {
        T ask(Web web) throws IOException;
    }

    /** Others, whom the check is not about, do not answer as they should; the message names whom. */
    static final class OthersFault extends IOException {
        private static final long serialVersionUID = 1L;

        private final String why;

        OthersFault(URI whom, String why, IOException cause) {
            super(why.startsWith(whom.toString()) ? why : whom + ": " + why, cause);
            this.why = why;
        }

        /** Without whom. */
        String why() {
            return why;
        }
    }

    /**
     * Asks somebody whom the check is not about: in a part of the time that is left, so that whatever they do there is
     * time to go on.
     *
     * @param part such as 3 for a third
     * @throws OthersFault whatever goes wrong with them
     * @throws DeadlineExceeded if the whole time is over
     */
    <T> T others(URI whom, int part, Question<T> question) throws IOException {
        Lifetime whole = dialer.lifetime();
        try (Lifetime share = whole.own(Lifetime.of(whole.left().dividedBy(part)))) {
            try {
                return question.ask(new Web(probe, dialer.within(share), caFile));
            } catch (LocalFault e) {
                throw e;
            } catch (IOException e) {
                whole.left();
                // The length of the share differs each time: what people are told does not.
                boolean late = share.expired() && !(e instanceof ConnectFault);
                throw new OthersFault(whom, late ? "no answer in time" : Attempt.explained(e), e);
            }
        }
    }

    /** What came; the body is not changed by anybody. */
    @SuppressWarnings("ArrayRecordComponent")
    record Page(
            URI address,
            int status,
            String reason,
            byte[] body,
            Charset charset,
            Optional<String> location,
            Map<String, String> fields) {
        /** The first field of that name. */
        Optional<String> field(String name) {
            return Optional.ofNullable(fields.get(name.toLowerCase(Locale.ROOT)));
        }

        /** When the server says that it was changed (RFC 9110 8.8.2). */
        Optional<Instant> modified() {
            try {
                return field("Last-Modified")
                        .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }

        boolean isOk() {
            return status == 200;
        }

        /** Such as {@code 404 Not Found}. */
        String shownStatus() {
            return (status + " " + reason).strip()
                    + location.map(to -> " to " + to).orElse("");
        }

        String text() {
            return new String(body, charset);
        }

        /** @throws ProtocolFault if the page is something else */
        JsonNode json() throws ProtocolFault {
            return Web.json(text(), address.toString());
        }

        /**
         * This page, if it was found.
         *
         * @throws ProtocolFault otherwise
         */
        Page found() throws ProtocolFault {
            if (!isOk()) {
                throw new ProtocolFault(address + ": expected 200, but was " + shownStatus());
            }
            return this;
        }
    }

    /** For addresses that whoever answers at {@code url} has written: from the internet they lead to the internet. */
    Web strangers(URI url) throws IOException {
        return dialer.isInternal(Http.host(url).host()) ? this : new Web(probe, dialer.outside(), caFile);
    }

    /** @param most bytes, unpacked */
    Page get(URI address, long most, List<Http.Field> fields) throws IOException {
        try (Http http = Http.connect(dialer, address, caFile)) {
            return page(address, http.send("GET", fields), most);
        }
    }

    Page get(URI address, long most) throws IOException {
        return get(address, most, List.of());
    }

    Page post(URI address, List<Http.Field> fields, String json, long most) throws IOException {
        try (Http http = Http.connect(dialer, address, caFile)) {
            return page(address, http.post(fields, json), most);
        }
    }

    /** The head only. */
    Page head(URI address) throws IOException {
        return head("HEAD", address);
    }

    /** The head only; whatever comes behind it is not read. */
    Page head(String method, URI address) throws IOException {
        try (Http http = Http.connect(dialer, address, caFile)) {
            return page(address, http.send(method, List.of()), new byte[0]);
        }
    }

    private static Page page(URI address, Http.Answer answer, long most) throws IOException {
        return page(address, answer, answer.body(most));
    }

    private static Page page(URI address, Http.Answer answer, byte[] body) {
        Map<String, String> fields = new HashMap<>();
        answer.fields()
                .forEach(field ->
                        fields.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), String.valueOf(field.getValue())));
        return new Page(
                address, answer.status(), answer.reason(), body, answer.charset(), answer.field("Location"), fields);
    }

    static JsonNode json(String text, String from) throws ProtocolFault {
        try {
            JsonNode read = JSON.readTree(text);
            if (read != null && read.isContainerNode()) {
                return read;
            }
        } catch (JacksonException e) {
            throw new ProtocolFault(from + " is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new ProtocolFault(from + " is not a JSON object");
    }

    /** A login as HTTP Basic has it (RFC 7617); neither the password nor its encoding is ever shown. */
    static Http.Field basic(Probe probe, String user, String password) {
        String encoded = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        probe.conceal(encoded);
        return new Http.Field("Authorization", "Basic " + encoded);
    }

    /** Whether nobody on the way can read along: TLS, an onion service, or no way at all. */
    static boolean isPrivate(URI url) {
        return url.getScheme().equalsIgnoreCase("https")
                || url.getHost().endsWith(".onion")
                || List.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
    }

    /** Reads a login, and refuses one that would be sent in the clear. */
    static Optional<Login> login(Keys keys, URI url, String user, String password) {
        Optional<String> name = keys.optionalText(user, "The user to log in as.");
        Optional<SecretName> secret = keys.optionalSecret(password, "The password or token to log in with.");
        if (name.isPresent() != secret.isPresent()) {
            keys.problem(
                    name.isPresent() ? user : password,
                    "expected both '" + user + "' and '" + password + "', or neither");
        }
        if (secret.isPresent() && !isPrivate(url)) {
            keys.problem(password, "it would be sent unencrypted; expected an https address in 'url'");
        }
        return name.isPresent() && secret.isPresent()
                ? Optional.of(new Login(name.get(), secret.get()))
                : Optional.empty();
    }

    /** A user with a password that is a secret. */
    record Login(String user, SecretName password) {
        List<Http.Field> fields(Probe probe) throws IOException {
            return List.of(basic(probe, user, probe.secret(password)));
        }
    }

    /** An address below another, whether that ends in a slash or not. */
    static URI below(URI base, String path) {
        String text = base.toString();
        return URI.create(text + (text.endsWith("/") ? "" : "/") + path);
    }
}
