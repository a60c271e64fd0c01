package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A jyamux server whose application accepts late, and a hashicorp client that ends its session when a stream is not
/// acknowledged in time. Its time is shortened to 12 s, from 75.
@Tag("interop")
@Tag("fault")
class SlowAcceptTest {
    @Test
    @DisplayName("X06, O19: this side accepts late: the session of a hashicorp client lives")
    void aSlowApplicationDoesNotEndTheSession() throws Exception {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = Interop.peer().start("yamux-patience",
                        "127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort());
                var session = Session.server(listener.accept(), SessionConfig.DEFAULT)) {
            client.expect("lives", Interop.PATIENCE); // after its time for an acknowledgement
            try (var stream = session.accept()) {
                stream.output().write("late".getBytes(StandardCharsets.UTF_8));
            }
            assertEquals("late", client.expect("read", Interop.PATIENCE));
        }
    }
}
