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
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Sends a UDP datagram and looks at what comes back. */
record UdpCheck(HostPort server, String hex, Optional<String> expect, Optional<Pattern> matches) implements Check {
    static final CheckType TYPE = CheckType.named("udp")
            .summary("A UDP port answers a datagram, as expected if something is expected.")
            .about("""
                    Sends `send` (text) or `send-hex` and waits for an answer, sending again every second. Without \
                    `expect` or `matches` any answer is right; answers that do not fit are passed over until time is \
                    over. A port that only listens cannot be told from one that is filtered. UDP cannot go through a \
                    proxy.""")
            .example("""
                    server: voice.example.org:64738
                    send-hex: '000000000123456789abcdef'""")
            .reads(UdpCheck::read);

    private static final int RESEND_MILLIS = 1000;
    private static final int MOST_SHOWN = 200;

    private static UdpCheck read(Keys keys) {
        HostPort server = keys.hostPort("server", 0, "Host and port.");
        Optional<String> text = keys.optionalText("send", "The text to send.");
        Optional<String> hex = keys.optionalText("send-hex", "The bytes to send, in hexadecimal digits.")
                .map(digits -> digits.replaceAll("[\\s:]", "").toLowerCase(Locale.ROOT));
        if (text.isPresent() && hex.isPresent()) {
            keys.problem("send", "expected either 'send' or 'send-hex'");
        }
        if (!hex.map(digits -> digits.matches("([0-9a-f]{2}){1,1400}")).orElse(true)) {
            keys.problem("send-hex", "expected pairs of hexadecimal digits, 1400 at most");
        }
        return new UdpCheck(
                server,
                hex.orElseGet(() -> HexFormat.of().formatHex(text.orElse("").getBytes(StandardCharsets.UTF_8))),
                keys.optionalText("expect", "A text that must come."),
                keys.optionalPattern("matches", "A regular expression (RE2 syntax) to be found in what comes."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        byte[] send = HexFormat.of().parseHex(hex);
        String[] last = {"nothing"};
        while (true) {
            byte[] answer = probe.dialer().udp(server, send, RESEND_MILLIS, packet -> {
                String text = new String(packet, StandardCharsets.ISO_8859_1);
                last[0] = text;
                return expect.map(text::contains).orElse(true)
                        && matches.map(pattern -> pattern.matcher(text).find()).orElse(true);
            });
            if (answer != null) {
                return Result.ok("the port answers", Fact.of("answer", shown(answer)));
            }
            if (probe.lifetime().left().toMillis() < 2 * RESEND_MILLIS) {
                // Before the deadline, which could not tell what came.
                return Result.critical(
                        "the port does not answer" + (last[0].equals("nothing") ? "" : " as expected"),
                        Fact.expected(expect.map(text -> "… " + text + " …")
                                .or(() -> matches.map(pattern -> "what matches " + pattern))
                                .orElse("any answer")),
                        Fact.butWas(last[0]));
            }
        }
    }

    private static String shown(byte[] answer) {
        boolean plain = true;
        for (byte b : answer) {
            plain &= b >= ' ' && b < 0x7f || b == '\n' || b == '\r' || b == '\t';
        }
        return plain
                ? new String(answer, StandardCharsets.US_ASCII).strip()
                : HexFormat.of().formatHex(answer, 0, Math.min(answer.length, MOST_SHOWN));
    }
}
