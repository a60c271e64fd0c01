package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.Frame.ACK;
import static dev.proconsul.jyamux.Frame.FIN;
import static dev.proconsul.jyamux.Frame.RST;
import static dev.proconsul.jyamux.Frame.SYN;
import static dev.proconsul.jyamux.Frame.WINDOW;
import static dev.proconsul.jyamux.Frame.WU;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The matrix's row H16: streams that nobody holds any more, and nobody has closed.
///
/// What is to be forgotten is opened in a method of its own: a frame on the stack holds its variables. That buffers
/// come back is seen by [Leaks].
@ExtendWith(Leaks.class)
@Timeout(120)
class ForgottenTest {
    private static final int UNREAD = 5_000; // smaller buffers are not counted

    /// Which streams were forgotten.
    private static final class Told implements SessionObserver {
        private final List<Integer> streams = new CopyOnWriteArrayList<>();

        @Override
        public void streamForgotten(int stream) {
            streams.add(stream);
        }

        /// Provokes the collector until that stream is among them.
        void await(int stream) {
            Task.until(() -> {
                System.gc();
                return streams.contains(stream);
            });
        }
    }

    private final Told told = new Told();

    private static SessionConfig finding(SessionObserver observer) {
        return Settings.PLAIN.withResetForgotten(true).withObserver(observer);
    }

    private static int forget(Session session) throws IOException {
        return session.open().id();
    }

    private static void accept(Session session, int id) throws IOException {
        assertEquals(id, session.accept().id());
    }

    /// The collector has come round, and after it the cleaner: some streams of another session have been found.
    private static void collect() throws IOException {
        Told others = new Told();
        try (RawPeer peer = RawPeer.ofClient(finding(others))) {
            for (int i = 0; i < 3; i++) {
                others.await(forget(peer.session));
            }
        }
    }

    @Test
    @DisplayName("H16: a stream that was opened and forgotten is reset, told and counted; one daemon thread sees to it")
    void resetsWhatWasOpened() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(finding(told).withAcceptBacklog(1))) {
            for (int id : new int[] {1, 3}) { // unacknowledged: its permit comes back, too
                assertEquals(id, forget(peer.session));
                peer.sees(WU, SYN, id, 0);
                told.await(id);
                peer.sees(WU, RST, id, 0);
                assertEquals(0, peer.session.openStreams());
            }
            peer.seesNothingElse();
            assertEquals(List.of(1, 3), told.streams);
            assertEquals(2, peer.session.statistics().streamsForgotten());
        }
        assertEquals(List.of(true), Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("jyamux cleaner")).map(Thread::isDaemon).toList());
    }

    @Test
    @DisplayName("H16: a stream that was accepted and forgotten is reset, and what it had received is given back")
    void resetsWhatWasAccepted() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(finding(told).withMaxInboundStreams(1))) {
            peer.saysData(SYN, 1, Load.bytes(UNREAD));
            accept(peer.session, 1);
            peer.sees(WU, ACK, 1, 0);
            told.await(1);
            peer.sees(WU, RST, 1, 0);

            peer.opens(3); // there is a place for it
            assertEquals(List.of(1), told.streams);
        }
    }

    /// Not sooner: a stream that is reset before it is accepted is not handed out.
    private static Stream forgetOnceAccepted(Pair pair) throws IOException {
        Stream near = pair.client.open();
        try {
            return pair.server.accept();
        } finally {
            Reference.reachabilityFence(near);
        }
    }

    @Test
    @DisplayName("H16: the peer of a forgotten stream sees a reset, in a read that waits")
    void tellsThePeer() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16), finding(told), Settings.PLAIN)) {
            Stream far = forgetOnceAccepted(pair);
            Task<Integer> reading = Task.of(() -> far.input().read()).awaitBlocked();
            told.await(far.id());

            assertEquals(Origin.REMOTE, reading.fails(StreamReset.class).origin());
            assertEquals(0, pair.client.openStreams());
            assertEquals(0, pair.server.openStreams());
            far.close();
        }
    }

    @Test
    @DisplayName("H16: a warning names session and stream, and what to do; an action for an abort is run")
    void warns() throws Exception {
        try (Warnings warnings = new Warnings(); RawPeer peer = RawPeer.ofClient(finding(told))) {
            CountDownLatch aborted = new CountDownLatch(1);
            forgetWith(peer.session, aborted::countDown);
            told.await(1);
            assertEquals(List.of(peer.session
                    + ": stream 1 was forgotten, and reset (1 so far): close every stream that you open or accept"),
                    warnings.lines);
            assertTrue(aborted.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("H16: who forgets every stream does not fill the log: it says so when they have doubled")
    void warnsNowAndThen() throws Exception {
        try (Warnings warnings = new Warnings(); RawPeer peer = RawPeer.ofClient(finding(told))) {
            for (int id = 1; id < 2 * 9; id += 2) {
                assertEquals(id, forget(peer.session));
                told.await(id);
            }
            assertEquals(9, told.streams.size());
            assertEquals(List.of("1 of 1", "3 of 2", "7 of 4", "15 of 8"), warnings.lines.stream()
                    .map(line -> line.replaceAll(".*: stream (.*) was .*[(](.*) so far[)].*", "$1 of $2")).toList());
        }
    }

    private static void forgetWith(Session session, Runnable action) throws IOException {
        session.open().onAbort(action);
    }

    /// What an application may hold of a stream, other than the stream.
    private enum View {
        INPUT {
            @Override
            Object of(Stream stream) {
                return stream.input();
            }

            @Override
            void use(RawPeer peer, Object view) throws IOException {
                peer.saysData(0, 1, Load.bytes(9));
                Load.read((InputStream) view, 9);
            }
        },
        OUTPUT {
            @Override
            Object of(Stream stream) {
                return stream.output();
            }

            @Override
            void use(RawPeer peer, Object view) throws IOException {
                ((OutputStream) view).write(Load.bytes(9));
                assertArrayEquals(Load.bytes(9), peer.seesData(1, 9));
            }
        },
        CHANNEL {
            @Override
            Object of(Stream stream) {
                return stream.channel();
            }

            @Override
            void use(RawPeer peer, Object view) throws IOException {
                ((ByteChannel) view).write(ByteBuffer.wrap(Load.bytes(9)));
                assertArrayEquals(Load.bytes(9), peer.seesData(1, 9));
            }
        },
        SOCKET {
            @Override
            Object of(Stream stream) throws IOException {
                return stream.socket();
            }

            @Override
            void use(RawPeer peer, Object view) throws IOException {
                peer.saysData(0, 1, Load.bytes(9));
                Load.read(((Socket) view).getInputStream(), 9);
            }
        };

        abstract Object of(Stream stream) throws IOException;

        abstract void use(RawPeer peer, Object view) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("H16: whoever holds a view of a stream has not forgotten it; without the view, he has")
    void countsViews(View kind) throws Exception {
        try (RawPeer peer = RawPeer.ofClient(finding(told))) {
            useView(peer, kind);
            assertEquals(List.of(), told.streams);

            told.await(1);
            peer.sees(WU, RST, 1, 0);
        }
    }

    private static void useView(RawPeer peer, View kind) throws IOException {
        Object view = kind.of(peer.session.open());
        peer.sees(WU, SYN, 1, 0);
        peer.says(WU, ACK, 1, 0);
        for (int i = 0; i < 2; i++) {
            collect();
            kind.use(peer, view);
        }
        assertEquals(1, peer.session.openStreams());
        Reference.reachabilityFence(view);
    }

    @Test
    @DisplayName("H16: a read or write that waits holds its stream, even if nobody else does")
    void countsCallsThatWait() throws Exception {
        try (RawPeer peer = RawPeer.ofClient(finding(told))) {
            Task<Integer> reading = Task.of(() -> peer.session.open().input().read()).awaitBlocked();
            peer.sees(WU, SYN, 1, 0);
            Task<Void> writing = Task.run(() -> peer.session.open().output().write(new byte[WINDOW + 1]));
            peer.sees(WU, SYN, 3, 0);
            peer.seesData(3, WINDOW);
            writing.awaitBlocked();
            collect();
            assertEquals(List.of(), told.streams);

            peer.saysData(0, 1, Load.bytes(1));
            peer.says(WU, 0, 3, 1);
            assertEquals(Load.bytes(1)[0], reading.get().byteValue());
            peer.seesData(3, 1);
            writing.get();
            told.await(1);
            told.await(3);
        }
    }

    /// Endings after which there is nothing to forget.
    private enum Ending {
        CLOSED_BY_BOTH {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.close();
                peer.sees(WU, FIN, 1, 0);
                peer.says(WU, FIN, 1, 0);
            }
        },
        CLOSED_HERE { // the peer may take its time
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.close();
                peer.sees(WU, FIN, 1, 0);
            }
        },
        FINISHED_BY_BOTH {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.finishWriting();
                peer.sees(WU, FIN, 1, 0);
                peer.saysData(FIN, 1, Load.bytes(UNREAD)); // which nobody reads
            }
        },
        RESET_HERE {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                stream.reset();
                peer.sees(WU, RST, 1, 0);
            }
        },
        RESET_THERE {
            @Override
            void end(RawPeer peer, Stream stream) throws IOException {
                peer.says(WU, RST, 1, 0);
            }
        };

        abstract void end(RawPeer peer, Stream stream) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    @DisplayName("H16: a stream that has ended, or that this side has closed, is not told; what it held is given back")
    void leavesEndedStreamsAlone(Ending how) throws Exception {
        try (RawPeer peer = RawPeer.ofServer(finding(told).withMaxInboundStreams(1))) {
            acceptAndEnd(peer, how);
            peer.seesNothingElse();
            collect();
            peer.seesNothingElse();
            if (how == Ending.CLOSED_HERE) {
                assertEquals(1, peer.session.openStreams());
                peer.says(WU, FIN, 1, 0);
            }
            peer.opens(3); // there is a place for it
            assertEquals(List.of(), told.streams);
            assertEquals(0, peer.session.statistics().streamsForgotten());
        }
    }

    private static void acceptAndEnd(RawPeer peer, Ending how) throws IOException {
        peer.says(WU, SYN, 1, 0);
        Stream stream = peer.session.accept();
        peer.sees(WU, ACK, 1, 0);
        how.end(peer, stream);
    }

    @Test
    @DisplayName("H16: a stream that its session's end has ended is not told")
    void leavesEndedSessionsAlone() throws Exception {
        try (RawPeer peer = RawPeer.ofServer(finding(told))) {
            acceptAndAbort(peer);
        }
        collect();
        assertEquals(List.of(), told.streams);
    }

    private static void acceptAndAbort(RawPeer peer) throws IOException {
        peer.saysData(SYN, 1, Load.bytes(UNREAD));
        Stream stream = peer.session.accept();
        peer.sees(WU, ACK, 1, 0);
        peer.session.abort();
        assertEquals(Load.bytes(1)[0], (byte) stream.input().read()); // the rest is still there, and is left
    }

    @Test
    @DisplayName("H16: by default nobody looks for forgotten streams")
    void isOffByDefault() throws Exception {
        assertFalse(SessionConfig.DEFAULT.resetForgotten());
        try (RawPeer peer = RawPeer.ofClient(Settings.PLAIN.withObserver(told))) {
            forget(peer.session);
            peer.sees(WU, SYN, 1, 0);
            collect();
            peer.seesNothingElse();
            assertEquals(1, peer.session.openStreams());
            assertEquals(List.of(), told.streams);
        }
    }
}
