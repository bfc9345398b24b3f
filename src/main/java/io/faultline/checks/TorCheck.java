package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFile;
import io.faultline.net.ProtocolFault;
import io.faultline.net.Route;
import io.faultline.net.TextChannel;
import io.faultline.net.Tls;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a Tor process: its control port, its SOCKS port, or as a relay or bridge (tor-spec, control-spec). */
record TorCheck(
        Optional<HostPort> control,
        Optional<SecretName> password,
        Optional<Path> cookie,
        Optional<HostPort> socks,
        Optional<HostPort> reach,
        Optional<HostPort> relay)
        implements Check {
    static final CheckType TYPE = CheckType.named("tor")
            .summary("Tor is connected to its network, reaches an onion service, or answers as a bridge or relay.")
            .about("""
                    With `control` it asks the control port, with a password or a cookie file, whether Tor has \
                    bootstrapped and has circuits. With `socks` and `reach` it connects through the SOCKS port to an \
                    onion service or host, whose name Tor resolves; with `socks` alone the port must speak SOCKS5, \
                    which it does long before Tor is ready: a Tor that is not ready for `reach` makes the result UNKNOWN. With `relay` it speaks to an ORPort as another relay does: \
                    a TLS handshake, and the versions of the link protocol; a bridge that is reached only through a \
                    pluggable transport has no such port. Give each what it needs: names of onion services and \
                    rendezvous take their time, so write a `timeout` of a minute or more.""")
            .example("""
                    control: 127.0.0.1:9051
                    cookie: /run/tor/control.authcookie
                    socks: 127.0.0.1:9050
                    reach: exampleonionexampleonionexampleonionexampleonionexampl.onion:80""")
            .reads(TorCheck::read);

    private static final int LONGEST_LINE = 4096;
    private static final int MOST_LINES = 100;
    private static final int VERSIONS = 7;
    private static final Pattern BOOTSTRAP =
            Pattern.compile("PROGRESS=(\\d{1,3}) TAG=(\\w{1,60})(?: SUMMARY=\"([^\"]{0,200})\")?");

    private static TorCheck read(Keys keys) {
        TorCheck check = new TorCheck(
                keys.optionalHostPort("control", 9051, "The control port."),
                keys.optionalSecret("password", "The password of the control port."),
                keys.optionalFile("cookie", "The cookie file of the control port."),
                keys.optionalHostPort("socks", 9050, "The SOCKS port."),
                keys.optionalHostPort("reach", 80, "An onion service or host to connect to through the SOCKS port."),
                keys.optionalHostPort("relay", 9001, "The ORPort of a relay or bridge."));
        if (check.control.isEmpty() && check.socks.isEmpty() && check.relay.isEmpty()) {
            keys.problem("control", "expected 'control', 'socks' or 'relay': something must be looked at");
        }
        if (check.reach.isPresent() && check.socks.isEmpty()) {
            keys.problem("reach", "expected 'socks' too");
        }
        if (check.control.isEmpty() && (check.password.isPresent() || check.cookie.isPresent())) {
            keys.problem(check.password.isPresent() ? "password" : "cookie", "expected 'control' too");
        }
        if (check.password.isPresent() && check.cookie.isPresent()) {
            keys.problem("cookie", "expected either 'password' or 'cookie'");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Findings findings = new Findings();
        if (control.isPresent()) {
            Optional<Result> fault = control(probe, control.get(), findings);
            if (fault.isPresent()) {
                return fault.get();
            }
        }
        if (socks.isPresent()) {
            // First by itself: as a proxy that is dead it would make the result UNKNOWN, and here it is what is looked
            // at.
            socks(probe, socks.get());
            if (reach.isPresent()) {
                probe.dialer().along(new Route.Socks5(socks.get())).tcp(reach.get());
                findings.fact("reached", reach.get());
            }
        }
        if (relay.isPresent()) {
            relay(probe, relay.get(), findings);
        }
        return findings.result(reach.map(to -> to + " is reached through Tor").orElse("Tor answers"));
    }

    private Optional<Result> control(Probe probe, HostPort server, Findings findings) throws IOException {
        String proof = "";
        if (password.isPresent()) {
            String secret = probe.secret(password.get());
            proof = " " + HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
        } else if (cookie.isPresent()) {
            proof = " " + HexFormat.of().formatHex(LocalFile.read(cookie.get()));
        }
        probe.conceal(proof.strip());
        TextChannel channel = new TextChannel(probe.dialer().tcp(server), LONGEST_LINE);
        List<String> login = ask(channel, "AUTHENTICATE" + proof);
        if (!login.get(0).startsWith("250")) {
            return Optional.of(Result.critical("the control port refuses the login", Fact.butWas(login.get(0))));
        }
        List<String> said = ask(channel, "GETINFO version status/bootstrap-phase status/circuit-established");
        String all = String.join("\n", said);
        Matcher bootstrap = BOOTSTRAP.matcher(all);
        if (!bootstrap.find()) {
            throw new ProtocolFault("the control port does not tell how far Tor is: " + said.get(0));
        }
        for (String line : said) {
            if (line.startsWith("250-version=")) {
                findings.fact("version", line.substring("250-version=".length()));
            }
        }
        findings.measured("bootstrapped", Integer.parseInt(bootstrap.group(1)), "%");
        if (!bootstrap.group(1).equals("100")) {
            return Optional.of(Result.critical(
                    "Tor has bootstrapped to " + bootstrap.group(1) + " % only",
                    Fact.expected("100 %"),
                    Fact.butWas(bootstrap.group(3) == null ? bootstrap.group(2) : bootstrap.group(3))));
        }
        if (all.contains("circuit-established=0")) {
            findings.wrong("Tor has no circuits");
        }
        channel.writeLine("QUIT");
        return Optional.empty();
    }

    private static List<String> ask(TextChannel channel, String question) throws IOException {
        channel.writeLine(question);
        List<String> lines = new ArrayList<>();
        while (lines.size() < MOST_LINES) {
            String line = channel.readLine();
            lines.add(line);
            if (!line.matches("\\d{3}[ +-].*")) {
                throw new ProtocolFault("the control port does not speak Tor's protocol, it says: " + line);
            }
            if (line.charAt(3) == ' ') {
                return lines;
            }
        }
        throw new ProtocolFault("the control port sends more than " + MOST_LINES + " lines");
    }

    private static void socks(Probe probe, HostPort server) throws IOException {
        Socket socket = probe.dialer().tcp(server);
        socket.getOutputStream().write(new byte[] {5, 1, 0});
        DataInputStream in = new DataInputStream(socket.getInputStream());
        if (in.readUnsignedByte() != 5 || in.readUnsignedByte() != 0) {
            throw new ProtocolFault("the SOCKS port does not speak SOCKS5 without a login");
        }
    }

    /** The first cell of the link protocol, in both directions: which versions one speaks (tor-spec 4.1). */
    private static void relay(Probe probe, HostPort server, Findings findings) throws IOException {
        // A relay's certificate is made up anew all the time and proves nothing.
        Tls.Connection tls = Tls.system().handshake(probe.dialer().tcp(server), server.host(), probe.lifetime());
        tls.socket().getOutputStream().write(new byte[] {0, 0, VERSIONS, 0, 6, 0, 3, 0, 4, 0, 5});
        DataInputStream in = new DataInputStream(tls.socket().getInputStream());
        int circuit = in.readUnsignedShort();
        int command = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        if (circuit != 0 || command != VERSIONS || length < 2 || length > 100 || length % 2 != 0) {
            throw new ProtocolFault("the port does not answer as a Tor relay does");
        }
        List<Integer> versions = new ArrayList<>();
        for (int i = 0; i < length / 2; i++) {
            versions.add(in.readUnsignedShort());
        }
        findings.fact("link versions", versions);
        if (versions.stream().noneMatch(version -> version >= 4)) {
            findings.doubtful("the relay speaks no link protocol newer than 3");
        }
    }
}
