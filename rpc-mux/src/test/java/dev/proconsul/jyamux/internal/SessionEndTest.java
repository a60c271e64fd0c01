package dev.proconsul.jyamux.internal;

import static dev.proconsul.jyamux.internal.RawPeer.DATA;
import static dev.proconsul.jyamux.internal.RawPeer.GO_AWAY;
import static dev.proconsul.jyamux.internal.RawPeer.PING;
import static dev.proconsul.jyamux.internal.RawPeer.WU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.OpenRefused;
import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Endings of sessions and streams, and waits that time or interrupts end.
@Timeout(10)
class SessionEndTest {
    @Test
    @DisplayName("yamux matrix S01, S03: close lets queued data out, then says go away")
    void closesInOrder() throws Exception {
        try (RawPeer peer = RawPeer.ofClient()) {
            Stream stream = peer.session.open();
            stream.output().write(new byte[] {1, 2, 3});
            stream.close();
            peer.session.close();

            peer.sees(WU, Flags.SYN, 1, 0);
            assertEquals(3, peer.seesData(1, 3).length);
            peer.sees(WU, Flags.FIN, 1, 0);
            peer.seesGoAway(0);
            assertThrows(SessionClosed.class, () -> peer.session.open());
        }
    }

    @Test
    @DisplayName("yamux matrix O25: after our go away SYNs are reset, and the open stream goes on")
    void takesNothingNewAfterGoAway() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.saysData(Flags.SYN, 1, new byte[] {1});
            Stream stream = peer.session.accept();
            peer.sees(WU, Flags.ACK, 1, 0);
            peer.session.goAway();
            peer.session.goAway();
            peer.sees(GO_AWAY, 0, 0, 0);
            peer.says(WU, Flags.SYN, 3, 0);
            peer.sees(WU, Flags.RST, 3, 0);
            stream.output().write(2);
            assertEquals(2, peer.seesData(1, 1)[0]);
            stream.close();
        }
    }

    @Test
    @DisplayName("yamux matrix S04, S05: abort wakes whoever reads, writes, accepts, opens or pings")
    void abortWakesEverybody() throws Exception {
        SessionConfig config = SessionConfig.DEFAULT.withAcceptBacklog(1);
        try (RawPeer peer = new RawPeer(Role.CLIENT, config, Ticker.SYSTEM)) {
            Stream stream = peer.session.open();
            peer.sees(WU, Flags.SYN, 1, 0);
            CompletableFuture<Throwable> reading = failure(() -> stream.input().read());
            CompletableFuture<Throwable> writing = failure(() -> stream.output().write(new byte[300_000]));
            CompletableFuture<Throwable> accepting = failure(() -> peer.session.accept());
            CompletableFuture<Throwable> opening = failure(() -> peer.session.open());
            CompletableFuture<Throwable> asking = failure(() -> peer.session.ping());
            peer.session.abort();

            for (CompletableFuture<Throwable> one : List.of(reading, writing, accepting, opening, asking)) {
                assertEquals(SessionClosed.class, one.get(5, TimeUnit.SECONDS).getClass());
            }
            stream.close();
        }
    }

    @Test
    @DisplayName("yamux matrix O13, O18: opens wait for ACKs; an open without ACK is reset after 75 s")
    void limitsUnacknowledgedOpens() throws Exception {
        ManualTicker ticker = new ManualTicker();
        SessionConfig config = SessionConfig.DEFAULT.withAcceptBacklog(1).withKeepAliveInterval(Duration.ZERO);
        try (RawPeer peer = new RawPeer(Role.CLIENT, config, ticker)) {
            Stream first = peer.session.open();
            peer.sees(WU, Flags.SYN, 1, 0);
            CompletableFuture<Stream> second = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    second.complete(peer.session.open());
                } catch (Exception e) {
                    second.completeExceptionally(e);
                }
            });
            peer.seesNothingElse();
            assertFalse(second.isDone());
            for (int i = 0; i < 8; i++) {
                ticker.advance(Duration.ofSeconds(10));
            }
            peer.sees(WU, Flags.RST, 1, 0);
            assertEquals(Origin.LOCAL, assertThrows(StreamReset.class, () -> first.input().read()).origin());
            peer.sees(WU, Flags.SYN, 3, 0);
            second.get(5, TimeUnit.SECONDS).close();
        }
    }

    @Test
    @DisplayName("yamux matrix O22: the last number is used, then opening is refused and the session lives")
    void runsOutOfNumbers() throws Exception {
        try (RawPeer peer = new RawPeer(Role.CLIENT, 0xffff_fffb, SessionConfig.DEFAULT, Ticker.SYSTEM, 1 << 16)) {
            peer.session.open();
            assertEquals(0xffff_fffd, peer.session.open().id());
            assertEquals(Origin.LOCAL, assertThrows(OpenRefused.class, () -> peer.session.open()).origin());
            assertTrue(peer.session.isOpen());
        }
    }

    @Test
    @DisplayName("yamux matrix H13, T01, T04, T05: timeouts, interrupts and uses after the end differ")
    void tellsEndingsApart() throws Exception {
        try (RawPeer peer = RawPeer.ofClient()) {
            Stream stream = peer.session.open();
            peer.sees(WU, Flags.SYN, 1, 0);
            stream.readTimeout(Duration.ofMillis(5));
            assertThrows(SocketTimeoutException.class, () -> stream.input().read());
            stream.readTimeout(Duration.ZERO);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> stream.input().read());
            assertTrue(Thread.interrupted());
            stream.finishWriting();
            stream.finishWriting();
            peer.sees(WU, Flags.FIN, 1, 0);
            assertThrows(StreamFinished.class, () -> stream.output().write(1));
            stream.reset();
            stream.reset();
            peer.sees(WU, Flags.RST, 1, 0);
            assertThrows(StreamReset.class, () -> stream.output().write(1));
            peer.seesNothingElse();

            Stream torn = peer.session.open();
            peer.sees(WU, Flags.SYN, 3, 0);
            torn.writeTimeout(Duration.ofMillis(50));
            SocketTimeoutException timeout =
                    assertThrows(SocketTimeoutException.class, () -> torn.output().write(new byte[262_145]));
            assertEquals(262_144, timeout.bytesTransferred);
            assertEquals(262_144, peer.seesData(3, 262_144).length);
            peer.sees(WU, Flags.RST, 3, 0);
        }
    }

    @Test
    @DisplayName("yamux matrix K05, K06, L02, F10, D11: floods end the session, at the limit it lives")
    void endsFloods() throws Exception {
        SessionConfig config = SessionConfig.DEFAULT.withResetsPerSecond(3).withEmptyFramesPerSecond(3)
                .withDeadStreamBytes(10);
        ManualTicker stopped = new ManualTicker();
        for (Flood flood : Flood.values()) {
            try (RawPeer peer = new RawPeer(Role.SERVER, config, stopped)) {
                for (int i = 0; i < flood.most; i++) {
                    peer.says(flood.frame(i));
                }
                peer.seesNothingElse();
                peer.says(flood.frame(flood.most));
                peer.seesGoAway(1);
            }
        }
    }

    private enum Flood {
        RESETS(3) {
            @Override
            byte[] frame(int n) {
                return RawPeer.header(WU, Flags.SYN | Flags.RST, 2 * n + 1, 0);
            }
        },
        EMPTY_FRAMES(3) {
            @Override
            byte[] frame(int n) {
                return RawPeer.header(n % 2 == 0 ? WU : PING, 0, 0, 0);
            }
        },
        DEAD_BYTES(2) {
            @Override
            byte[] frame(int n) {
                byte[] frame = new byte[FrameHeader.BYTES + 5];
                new FrameHeader(DATA, 0, 7, 5).write(frame, 0);
                return frame;
            }
        };

        private final int most;

        Flood(int most) {
            this.most = most;
        }

        abstract byte[] frame(int n);
    }

    @Test
    @DisplayName("onAbort: once for a lost session, never for an orderly end, at once when late")
    void runsAbortActions() throws Exception {
        try (RawPeer peer = RawPeer.ofServer()) {
            peer.says(WU, Flags.SYN, 1, 0);
            Stream stream = peer.session.accept();
            CountDownLatch runs = new CountDownLatch(2);
            stream.onAbort(runs::countDown);
            peer.session.abort();
            stream.onAbort(runs::countDown);
            assertTrue(runs.await(5, TimeUnit.SECONDS));
            stream.close();
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static CompletableFuture<Throwable> failure(Call call) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                call.run();
                failure.completeExceptionally(new AssertionError("did not fail"));
            } catch (Throwable e) {
                failure.complete(e);
            }
        });
        return failure;
    }
}
