package io.faultline.checks;

import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Connects to a TCP port; may say something and expect an answer. */
record TcpCheck(HostPort server, Optional<String> send, Optional<String> expect, Optional<Pattern> matches)
        implements Check {
    static final CheckType TYPE = CheckType.named("tcp")
            .summary("A port takes connections, and answers as expected if something is expected.")
            .about("""
                    Connects. With `send` that text is sent as it is written (line ends too: use `"HELP\\r\\n"`); with \
                    `expect` or `matches` the first 4 KiB of what the server says are looked at until it fits, the \
                    server closes or time is over.""")
            .example("""
                    server: mumble.example.org:64738""")
            .reads(TcpCheck::read);

    private static final int MOST_READ = 4096;

    private static TcpCheck read(Keys keys) {
        return new TcpCheck(
                keys.hostPort("server", 0, "Host and port."),
                keys.optionalText("send", "A text to send after connecting."),
                keys.optionalText("expect", "A text that must come."),
                keys.optionalPattern("matches", "A regular expression (RE2 syntax) to be found in what comes."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Socket socket = probe.dialer().tcp(server);
        if (send.isPresent()) {
            socket.getOutputStream().write(send.get().getBytes(StandardCharsets.UTF_8));
        }
        if (expect.isEmpty() && matches.isEmpty()) {
            return Result.ok("the port takes connections");
        }
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[MOST_READ];
        int length = 0;
        while (length < MOST_READ) {
            int read = in.read(buffer, length, MOST_READ - length);
            if (read < 0) {
                break;
            }
            length += read;
            String text = text(buffer, length);
            if (fits(text)) {
                return Result.ok("the port answers as expected", Fact.of("answer", text.strip()));
            }
        }
        return Result.critical(
                "the port does not answer as expected",
                Fact.expected(expect.map(text -> "… " + text + " …").orElseGet(() -> "what matches " + matches.get())),
                Fact.butWas(length == 0 ? "nothing" : text(buffer, length)));
    }

    private boolean fits(String text) {
        return expect.map(text::contains).orElse(true)
                && matches.map(pattern -> pattern.matcher(text).find()).orElse(true);
    }

    private static String text(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
