package io.faultline.peers;

import io.faultline.machine.AgentTest;
import java.util.List;

/** The agent's script, run by busybox' shell. */
@RealPeers
class BusyboxAgentTest extends AgentTest {
    @Override
    protected List<String> shell() {
        return List.of("busybox", "sh");
    }
}
