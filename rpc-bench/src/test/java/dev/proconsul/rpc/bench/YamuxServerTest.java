package dev.proconsul.rpc.bench;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// jyamux as the server of hashicorp/yamux. The checks are in `src/go/yamuxclient.go`.
@Tag("interop")
class YamuxServerTest {
    private static final int CHECKS = 18;

    @Test
    @DisplayName("A hashicorp client finds a yamux server (yamux matrix X01, X03)")
    void aHashicorpClientFindsAYamuxServer() throws Exception {
        try (var script = Script.start();
                var checks = Interop.peer().start("yamux-client", "127.0.0.1:" + script.port())) {
            Interop.passes(checks, CHECKS, _ -> false);
        }
    }
}
