package dev.proconsul.jyamux.internal;

import static dev.proconsul.jyamux.internal.RawPeer.PING;
import static dev.proconsul.jyamux.internal.RawPeer.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A peer that does not read.
@Timeout(10)
class SlowPeerTest {
    private static final int CAPACITY = 1_024;
    private static final SessionConfig HASTY = SessionConfig.DEFAULT.withLingerTimeout(Duration.ofMillis(20));

    @Test
    @DisplayName("yamux matrix K05, K06, B59: pings without reading end the session at the limit of waiting answers")
    void boundsTheAnswersThatWait() throws Exception {
        SessionConfig config = HASTY.withAnswersWaiting(4);
        try (RawPeer peer = new RawPeer(Role.SERVER, Role.SERVER.firstId(), config, Ticker.SYSTEM, CAPACITY)) {
            try {
                for (int i = 0; i < 2 * CAPACITY; i++) {
                    peer.says(PING, Flags.SYN, 0, i);
                }
            } catch (IOException e) {
                // the session has ended
            }
            SessionClosed end = assertThrows(SessionClosed.class, () -> peer.session.accept());
            assertTrue(String.valueOf(end.getMessage()).contains("answers"), end::getMessage);
        }
    }

    @Test
    @DisplayName("yamux matrix T02, L05: a write to the connection that stands still for 10 s ends the session")
    void endsASessionThatCannotWrite() throws Exception {
        ManualTicker ticker = new ManualTicker();
        SessionConfig config = HASTY.withKeepAliveInterval(Duration.ZERO);
        try (RawPeer peer = new RawPeer(Role.SERVER, Role.SERVER.firstId(), config, ticker, CAPACITY)) {
            peer.says(WU, Flags.SYN, 1, 0);
            Stream stream = peer.session.accept();
            stream.output().write(new byte[10 * CAPACITY]);
            while (peer.seen().available() < CAPACITY) {
                Thread.onSpinWait();
            }
            ticker.advance(Duration.ofSeconds(9));
            assertTrue(peer.session.isOpen());
            ticker.advance(Duration.ofSeconds(1));

            SessionClosed end = assertThrows(SessionClosed.class, () -> stream.input().read());
            assertEquals(Origin.TRANSPORT, end.origin());
            stream.close();
        }
    }
}
