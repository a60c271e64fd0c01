package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
