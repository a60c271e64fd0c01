package dev.proconsul.rpc.bench;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// jyamux as the server of other implementations. The checks are in `src/go`.
@Tag("interop")
@Timeout(600)
class YamuxServerTest {
    private static final int HASHICORP_CHECKS = 18;
    private static final int LIBP2P_CHECKS = 16;

    @Test
    @DisplayName("X01, X03: a hashicorp client finds a yamux server")
    void aHashicorpClientFindsAYamuxServer() throws Exception {
        try (var script = Script.start();
                var checks = Interop.peer().start("yamux-client", "127.0.0.1:" + script.port())) {
            Interop.passes(checks, HASHICORP_CHECKS, _ -> false);
        }
    }

    @Test
    @DisplayName("X02: a libp2p client finds a yamux server")
    void aLibp2pClientFindsAYamuxServer() throws Exception {
        try (var script = Script.start();
                var checks = Interop.peer().start("libp2p-client", "127.0.0.1:" + script.port())) {
            Interop.passes(checks, LIBP2P_CHECKS, _ -> false);
        }
    }
}
