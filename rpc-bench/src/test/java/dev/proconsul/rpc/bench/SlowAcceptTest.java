package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A jyamux server whose application does not accept, and a hashicorp client that ends its session when a stream is
/// not acknowledged in time. Both times are shortened: to 10 s here, to 12 s there.
@Tag("interop")
class SlowAcceptTest {
    private static final SessionConfig CONFIG = SessionConfig.DEFAULT.withOpenTimeout(Duration.ofSeconds(10));

    @Test
    @DisplayName("X06, O19: nobody accepts: the stream is reset in time, and the session of a hashicorp client lives")
    void aSlowApplicationDoesNotEndTheSession() throws Exception {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = Interop.peer().start("yamux-patience",
                        "127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort());
                var session = Session.server(listener.accept(), CONFIG)) {
            client.expect("lives", Interop.PATIENCE); // after its time for an acknowledgement
            try (var stream = session.accept()) {
                stream.output().write("late".getBytes(StandardCharsets.UTF_8));
            }
            assertEquals("late", client.expect("read", Interop.PATIENCE));
        }
    }
}
