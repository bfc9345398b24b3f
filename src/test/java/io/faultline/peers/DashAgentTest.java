package io.faultline.peers;

import io.faultline.machine.AgentTest;
import java.util.List;

/** The agent's script, run by dash, which is Debian's sh. */
@RealPeers
class DashAgentTest extends AgentTest {
    @Override
    protected List<String> shell() {
        return List.of("dash");
    }
}
