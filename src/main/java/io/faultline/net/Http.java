package io.faultline.net;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;

/**
 * HTTP/1.1 (RFC 9112) for one request on a connection of its own, which comes from a {@link Dialer}: its route,
 * deadline and budget hold here too. Messages are written and parsed by Apache HttpCore, with limits: {@value
 * #LONGEST_LINE} bytes a line and {@value #MOST_FIELDS} header fields.
 *
 * <p>Not thread-safe; a connection serves one request and is closed.
 */
public final class Http implements Closeable {
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_FIELDS = 100;
    private static final String AGENT = "Faultline/0.1 (smoke test)";

    private static final Http1Config CONFIG = Http1Config.custom()
            .setBufferSize(2048)
            .setMaxLineLength(LONGEST_LINE)
            .setMaxHeaderCount(MOST_FIELDS)
            .setMaxEmptyLineCount(5)
            .build();
    private static final HttpProcessor PROCESSOR = HttpProcessorBuilder.create()
            .addAll(new RequestTargetHost(), new RequestContent(), new RequestUserAgent(AGENT))
            .build();
    private static final HttpRequestExecutor EXECUTOR = new HttpRequestExecutor();

    private final URI address;
    private final Socket socket;
    private final Optional<Tls.Connection> tls;

    private Http(URI address, Socket socket, Optional<Tls.Connection> tls) {
        this.address = address;
        this.socket = socket;
        this.tls = tls;
    }

    /** One header field. */
    public record Field(String name, String value) {
        /** @throws IllegalArgumentException if it could smuggle in another field */
        public Field {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")) {
                throw new IllegalArgumentException("expected the name of a header field");
            }
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' && value.charAt(i) != '\t' || value.charAt(i) == 0x7f) {
                    throw new IllegalArgumentException("expected a header's value without control characters");
                }
            }
        }
    }

    /**
     * What came back.
     *
     * @param raw the body as it comes, to be read once
     */
    public record Answer(int status, String reason, List<Header> fields, InputStream raw) {
        /** The first field of that name. */
        public Optional<String> field(String name) {
            for (Header field : fields) {
                if (field.getName().equalsIgnoreCase(name)) {
                    return Optional.of(String.valueOf(field.getValue()));
                }
            }
            return Optional.empty();
        }

        /**
         * The whole body; a gzip or deflate coding is undone.
         *
         * @throws LimitExceeded if it is longer than {@code most}: a few bytes can unpack to many
         */
        public byte[] body(long most) throws IOException {
            InputStream body = field("Content-Encoding")
                    .map(coding -> decoded(raw, coding))
                    .orElse(raw);
            ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
            byte[] buffer = new byte[4096];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (kept.size() + (long) read > most) {
                    throw new LimitExceeded("the page has more than " + most + " bytes");
                }
                kept.write(buffer, 0, read);
            }
            return kept.toByteArray();
        }

        /** The body's character set, or UTF-8 if none is named that exists here. */
        public Charset charset() {
            try {
                ContentType type =
                        field("Content-Type").map(ContentType::parseLenient).orElse(null);
                return type == null || type.getCharset() == null ? StandardCharsets.UTF_8 : type.getCharset();
            } catch (IllegalArgumentException e) {
                return StandardCharsets.UTF_8;
            }
        }
    }

    /**
     * Connects to the host of an {@code http} or {@code https} address. With https the handshake is done, and nothing is
     * decided about the certificate: see {@link #tls}.
     *
     * @param caFile trust the certificates in there and no others
     * @throws ProtocolFault if the address cannot be one: others may have written it
     */
    public static Http connect(Dialer dialer, URI address, Optional<Path> caFile) throws IOException {
        HostPort host;
        try {
            host = host(address);
        } catch (IllegalArgumentException e) {
            throw new ProtocolFault(address + " is no address: " + e.getMessage(), e);
        }
        Socket socket = dialer.tcp(host);
        if (!address.getScheme().equalsIgnoreCase("https")) {
            return new Http(address, socket, Optional.empty());
        }
        Tls.Connection secure = Tls.trusting(caFile).handshake(socket, host.host(), dialer.lifetime());
        return new Http(address, secure.socket(), Optional.of(secure));
    }

    /**
     * Host and port of an address; the port that belongs to the scheme if none is written.
     *
     * @throws IllegalArgumentException if there is no host, or the port cannot be one
     */
    public static HostPort host(URI address) {
        if (address.getRawAuthority() == null) {
            throw new IllegalArgumentException("expected a host");
        }
        // Not by getHost, which knows no names with an underscore.
        String authority = address.getRawAuthority();
        authority = authority.substring(authority.lastIndexOf('@') + 1);
        return HostPort.parse(
                authority.endsWith(":") ? authority.substring(0, authority.length() - 1) : authority,
                defaultPort(address));
    }

    private static int defaultPort(URI address) {
        return address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** What is known about the server, if this is https. */
    public Optional<Tls.Connection> tls() {
        return tls;
    }

    /**
     * Sends the one request, which has no body, and reads the head of its answer.
     *
     * @param method such as GET or HEAD
     * @throws Tls.TlsFault if the server did not prove who it is
     * @throws ProtocolFault if the answer is not HTTP
     * @throws LimitExceeded if lines or fields of the head are too long or too many
     */
    public Answer send(String method, List<Field> fields) throws IOException {
        return send(method, fields, Optional.empty());
    }

    /** As {@link #send}, with a body of JSON. */
    public Answer post(List<Field> fields, String json) throws IOException {
        return send("POST", fields, Optional.of(new StringEntity(json, ContentType.APPLICATION_JSON)));
    }

    private Answer send(String method, List<Field> fields, Optional<HttpEntity> content) throws IOException {
        if (tls.isPresent()) {
            tls.get().verified();
        }
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, server(), target());
        request.addHeader(new BasicHeader("Connection", "close"));
        for (Field field : fields) {
            request.setHeader(new BasicHeader(field.name(), field.value()));
        }
        content.ifPresent(request::setEntity);
        HttpCoreContext context = HttpCoreContext.create();
        try {
            DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(CONFIG);
            connection.bind(socket);
            EXECUTOR.preProcess(request, PROCESSOR, context);
            ClassicHttpResponse response = EXECUTOR.execute(request, connection, context);
            InputStream raw =
                    response.getEntity() == null ? null : response.getEntity().getContent();
            InputStream body = raw == null ? InputStream.nullInputStream() : new Explaining(raw);
            return new Answer(
                    response.getCode(),
                    Optional.ofNullable(response.getReasonPhrase()).orElse(""),
                    Arrays.asList(response.getHeaders()),
                    body);
        } catch (HttpException | IOException e) {
            throw explained(e);
        }
    }

    private HttpHost server() {
        HostPort host = host(address);
        return new HttpHost(address.getScheme(), host.host(), host.port() == defaultPort(address) ? -1 : host.port());
    }

    private String target() {
        String path = address.getRawPath();
        return (path == null || path.isEmpty() ? "/" : path)
                + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    }

    private static InputStream decoded(InputStream body, String coding) {
        return switch (coding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new Unpacked(body, packed -> new GZIPInputStream(packed, 4096));
            case "deflate" -> new Unpacked(body, InflaterInputStream::new);
            default -> body;
        };
    }

    private static IOException explained(Exception e) {
        if (e instanceof MessageConstraintException) {
            return new LimitExceeded("the head of the answer is too long: " + e.getMessage());
        }
        if (e instanceof NoHttpResponseException
                || e instanceof ConnectionClosedException
                || e instanceof TruncatedChunkException) {
            EOFException end = new EOFException("the connection was closed");
            end.initCause(e);
            return end;
        }
        if (e instanceof HttpException || e instanceof MalformedChunkCodingException) {
            return new ProtocolFault("the answer is not valid HTTP: " + e.getMessage(), e);
        }
        if (e instanceof ZipException) {
            return new ProtocolFault("the page cannot be unpacked: " + e.getMessage(), e);
        }
        return (IOException) e;
    }

    /** Closes the connection, with TLS politely. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It was done with.
        }
    }

    /** Says in our words what HttpCore finds wrong while a body is read. Never drains on close. */
    private static final class Explaining extends InputStream {
        private final InputStream in;

        Explaining(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return in.read(buffer, offset, length);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }

    private interface Opening {
        InputStream open(InputStream packed) throws IOException;
    }

    /** A body whose coding is undone when it is first read; an empty one stays empty whatever coding it claims. */
    private static final class Unpacked extends InputStream {
        private final PushbackInputStream packed;
        private final Opening opening;
        private InputStream in;

        Unpacked(InputStream packed, Opening opening) {
            this.packed = new PushbackInputStream(packed);
            this.opening = opening;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                if (in == null) {
                    int first = packed.read();
                    if (first >= 0) {
                        packed.unread(first);
                    }
                    in = first < 0 ? InputStream.nullInputStream() : opening.open(packed);
                }
                return in.read(buffer, offset, length);
            } catch (ZipException e) {
                throw explained(e);
            }
        }
    }
}
