package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.net.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Pings a Mumble server by UDP, as its clients' server list does (Mumble protocol, "UDP ping"). */
record MumbleCheck(HostPort server) implements Check {
    static final CheckType TYPE = CheckType.named("mumble")
            .summary("A Mumble server answers its UDP ping, and has room for more users.")
            .about("""
                    Sends the ping that clients send to show a server in their list, again every second. The answer \
                    tells version and users; a server that is full makes a WARNING. The control channel is TLS: add a \
                    check of type `tls` for it. UDP cannot go through a proxy.""")
            .example("""
                    server: voice.example.org""")
            .reads(keys -> new MumbleCheck(keys.hostPort("server", 64738, "The Mumble server.")));

    private static final int RESEND_MILLIS = 1000;
    private static final int ANSWER_BYTES = 24;

    @Override
    public Result run(Probe probe) throws IOException {
        long identity = new SecureRandom().nextLong();
        byte[] ping = ByteBuffer.allocate(12).putInt(0).putLong(identity).array();
        byte[] answer = null;
        while (answer == null) {
            answer = probe.dialer()
                    .udp(
                            server,
                            ping,
                            RESEND_MILLIS,
                            packet -> packet.length == ANSWER_BYTES
                                    && ByteBuffer.wrap(packet).getLong(4) == identity);
            if (answer == null && probe.lifetime().left().toMillis() < 2 * RESEND_MILLIS) {
                return Result.critical("the server does not answer its ping");
            }
        }
        ByteBuffer said = ByteBuffer.wrap(answer);
        int users = said.getInt(12);
        int most = said.getInt(16);
        Findings findings = new Findings();
        findings.fact("version", answer[1] + "." + answer[2] + "." + answer[3]);
        findings.measured("users", users, "");
        findings.measured("users_max", most, "");
        if (most > 0 && users >= most) {
            findings.doubtful("the server is full, with " + users + " users");
        }
        return findings.result("the server answers, with " + users + " of " + most + " users");
    }
}
