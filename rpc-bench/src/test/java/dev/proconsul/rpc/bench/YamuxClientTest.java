package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.SessionConfig;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// jyamux as the client of hashicorp/yamux.
class YamuxClientTest extends PeerContract {
    YamuxClientTest() {
        super("yamux-server");
    }

    @Test
    @DisplayName("X01, O25: after go away from here streams of this side work still")
    void goesAway() throws Exception {
        session().goAway();

        echoes(session());
    }

    @Test
    @DisplayName("X01, K08: a peer whose process stands still ends its session by keep-alive; when it goes on, it serves")
    void noticesAStandstill() throws Exception {
        var config = SessionConfig.DEFAULT
                .withKeepAliveInterval(Duration.ofMillis(50))
                .withKeepAliveTimeout(Duration.ofMillis(500));
        try (var watching = connect(config)) {
            echoes(watching);
            server().signal("STOP");
            var closed = assertThrows(MuxException.SessionClosed.class, watching::accept);
            assertEquals(Origin.TRANSPORT, closed.origin());
            assertTrue(closed.getMessage().contains("keep-alive"), closed.getMessage());
        } finally {
            server().signal("CONT");
        }
        try (var next = connect(SessionConfig.DEFAULT)) {
            echoes(next);
        }
    }

    @Test
    @DisplayName("X05, O18: a stream that the peer never accepts is reset, and the session lives")
    void givesUpAnOpening() throws Exception {
        try (var patient = connect(SessionConfig.DEFAULT.withOpenTimeout(Duration.ofMillis(300)))) {
            var open = begin(patient, 'E');
            write(open, "o");
            assertEquals('o', open.input().read());
            assertEquals("", rest(begin(patient, 'S')));
            begin(patient, 'E'); // the last that the peer accepts
            var ignored = begin(patient, 'E');
            ignored.readTimeout(Duration.ofSeconds(10));

            var reset = assertThrows(MuxException.StreamReset.class, () -> ignored.input().read());

            assertEquals(Origin.LOCAL, reset.origin());
            write(open, "still here");
            open.finishWriting();
            assertEquals("still here", rest(open));
        }
    }
}
