package io.faultline.checks;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import io.faultline.check.Probe;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Facts that are fetched over SSH with a key that the machine restricts to its agent ({@code
 * restrict,command="…/faultline-agent"}).
 */
public record PulledFacts(HostPort server, String user, SshSession.LoginKey key, Path knownHosts)
        implements FactsOrigin {
    /** No program of that name is there: a key that could run something else gets nothing. */
    private static final String ASKED = "facts";

    /** What a shell ends with when there is no such program. */
    private static final int NOT_FOUND = 127;

    private static final int SSH = 22;

    private static final Duration MOMENT = Duration.ofMillis(10);

    @Override
    public String knownAs() {
        return server.port() == SSH ? server.host() : "[" + server.host() + "]:" + server.port();
    }

    /**
     * Logs in and takes what the agent says; one connection.
     *
     * @throws IOException saying why there are none
     */
    public Facts collect(Probe probe) throws IOException {
        Instant asked = probe.now();
        try (SshSession session = SshSession.open(probe, server, knownHosts, Optional.of(user), key)) {
            if (!session.hostKeys().isKnown()) {
                throw new ProtocolFault(session.hostKeys().judged().summary() + ": "
                        + session.hostKeys().offered().orElse("none was shown"));
            }
            if (session.refusal().isPresent()) {
                throw new ProtocolFault("the login of " + user + " is refused: "
                        + session.refusal().get());
            }
            byte[] said = said(session, probe);
            return FactsReader.read(said, Optional.of(asked), probe.now());
        }
    }

    private byte[] said(SshSession session, Probe probe) throws IOException {
        try {
            ChannelExec exec = (ChannelExec) session.session().openChannel("exec");
            exec.setCommand(ASKED);
            exec.setInputStream(null);
            InputStream out = exec.getInputStream();
            exec.connect(probe.lifetime().leftMillis());
            byte[] said = out.readNBytes(FactsReader.MOST_BYTES + 1);
            probe.lifetime().left();
            // How it ended is told a moment later than that it says no more.
            while (said.length == 0 && !exec.isClosed()) {
                probe.lifetime().pause(MOMENT);
            }
            if (said.length == 0 && exec.getExitStatus() == NOT_FOUND) {
                throw new ProtocolFault("the key of " + user
                        + " is not restricted to faultline-agent, or the agent is not" + " where authorized_keys says");
            }
            return said;
        } catch (JSchException e) {
            probe.lifetime().left();
            throw new ProtocolFault("the machine runs no agent for us: " + e.getMessage(), e);
        }
    }
}
