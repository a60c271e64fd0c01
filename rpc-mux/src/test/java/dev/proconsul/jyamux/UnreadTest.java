package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.StreamReset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The matrix's row D25: what has arrived and nobody reads holds buffers, and gives them back.
@ExtendWith(Leaks.class)
@Timeout(120)
class UnreadTest {
    @Test
    @DisplayName("D25, B71: unread bytes: their buffers come back after reset, close, the end of the session")
    void givesBuffersBack() throws Exception {
        for (int how = 0; how < 4; how++) {
            try (RawPeer peer = RawPeer.ofServer()) {
                Stream stream = peer.opens(1);
                peer.settles();
                int idle = peer.inside().buffersLent();
                peer.saysData(0, 1, Load.bytes(WINDOW));
                assertEquals(0, stream.input().read()); // a buffer is in the reader's hand
                Task.until(() -> peer.inside().buffersLent() > idle);
                switch (how) {
                    case 0 -> stream.reset();
                    case 1 -> stream.close();
                    case 2 -> peer.says(WU, RST, 1, 0);
                    default -> { } // the application closes it after the end of the session
                }
                if (how == 2) {
                    peer.settles();
                    assertThrows(StreamReset.class, () -> stream.input().read());
                }
                if (how == 3) {
                    peer.session.close();
                }
                stream.close();
                Task.until(() -> peer.inside().buffersLent() <= idle);
            }
        }
    }

    @Test
    @DisplayName("D25, S09: the buffers of streams that nobody accepted come back when the session ends")
    void givesBuffersBackOfUnacceptedStreams() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(SYN, 1, Load.bytes(WINDOW));
            peer.settles();
            assertTrue(peer.inside().buffersLent() > 0);
            peer.session.close();
            Task.until(() -> peer.inside().buffersLent() == 0);
        }
    }

    @Test
    @DisplayName("D25: the buffer in a reader's hand comes back when it stops reading")
    void givesBackWhatAReaderHadInHand() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            Stream stream = peer.opens(1);
            peer.settles();
            int idle = peer.inside().buffersLent();
            peer.saysData(0, 1, Load.bytes(WINDOW));
            assertEquals(0, stream.input().read());
            stream.stopReading();
            Task.until(() -> peer.inside().buffersLent() == idle);
        }
    }
}
