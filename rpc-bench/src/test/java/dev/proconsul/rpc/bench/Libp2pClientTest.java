package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// jyamux as the client of libp2p's go-yamux.
class Libp2pClientTest extends PeerContract {
    private static final long CODE = 5;

    Libp2pClientTest() {
        super("libp2p-server");
    }

    @Test
    @DisplayName("X02, H09: the code of the peer's reset arrives")
    void seesTheCodeOfAReset() throws Exception {
        try (var stream = begin('R')) {
            var reset = assertThrows(StreamReset.class, () -> stream.input().read());
            assertEquals(CODE, reset.code());
        }
    }

    @Test
    @DisplayName("X02, S10: go away from here is the end of the session to libp2p: everybody is told, nothing hangs")
    void goesAway() throws Exception {
        try (var stream = begin('E')) {
            session().goAway();

            assertThrows(SessionClosed.class, () -> stream.input().read());
            assertThrows(SessionClosed.class, () -> session().accept());
        }
    }
}
