package dev.proconsul.rpc.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Both ends of one TCP connection: `server` was accepted, `peer` is a plain socket.
class SocketConnectionTest {
    private Listener listener;
    private Socket peer;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        listener = Listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        peer = new Socket(listener.address().getAddress(), listener.address().getPort());
        peer.setSoTimeout(10_000);
        server = listener.accept();
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        server.abort();
        listener.close();
    }

    @Test
    void peekWaitsForTheByteAndLeavesItThere() throws IOException {
        peer.getOutputStream().write(new byte[] {4, 1});

        assertEquals(4, server.peek());
        assertArrayEquals(new byte[] {4, 1}, server.input().readNBytes(2));
        assertEquals(peer.getLocalSocketAddress(), server.peer());
        assertTrue(server.tls().isEmpty());
        assertEquals("from=127.0.0.1:" + peer.getLocalPort(), server.toString());
    }

    @Test
    void afterAHalfCloseTheOtherDirectionGoesOn() throws IOException {
        server.finishWriting();

        assertEquals(-1, peer.getInputStream().read());
        peer.getOutputStream().write(9);
        peer.shutdownOutput();
        assertEquals(9, server.input().read());
        assertEquals(-1, server.input().read());
    }

    @Test
    void silenceEndsAtTheReadTimeoutAndTheConnectionGoesOn() throws IOException {
        server.readTimeout(Duration.ofMillis(20));

        assertThrows(SocketTimeoutException.class, server::peek);
        peer.getOutputStream().write(1);
        server.readTimeout(Duration.ZERO);
        assertEquals(1, server.peek());
    }

    @Test
    void whoTakesTheSocketHasAllBytesFromThere() throws Exception {
        peer.getOutputStream().write(new byte[] {4, 1, 2});
        assertEquals(4, server.input().read());

        try (var channel = server.takeChannel().orElseThrow()) {
            var bytes = ByteBuffer.allocate(2);
            while (bytes.hasRemaining()) {
                channel.read(bytes);
            }
            assertArrayEquals(new byte[] {1, 2}, bytes.array());
            channel.configureBlocking(false);
        }
        assertEquals(-1, peer.getInputStream().read());
    }

    @Test
    void anAbortLeavesATakenSocketToItsNewOwner() throws Exception {
        var told = new CountDownLatch(1);
        try (var channel = server.takeChannel().orElseThrow()) {
            server.onAbort(told::countDown);
            server.abort();

            assertTrue(told.await(10, TimeUnit.SECONDS));
            channel.write(ByteBuffer.wrap(new byte[] {7}));
            assertEquals(7, peer.getInputStream().read());
        }
    }

    @Test
    void closingTellsTheNewOwnerOfATakenSocket() throws Exception {
        var told = new CountDownLatch(1);
        try (var channel = server.takeChannel().orElseThrow()) {
            server.onAbort(told::countDown);
            server.close();

            assertTrue(told.await(10, TimeUnit.SECONDS));
            assertTrue(channel.isOpen());
            assertTrue(server.takeChannel().isEmpty(), "taken twice");
        }
    }

    @Test
    void theSocketStaysWhileAByteWasLookedAtOrSomebodyWatches() throws Exception {
        peer.getOutputStream().write(5);
        assertEquals(5, server.peek());
        assertTrue(server.takeChannel().isEmpty());
        assertEquals(5, server.input().read());

        server.watchPeer();
        assertTrue(server.takeChannel().isEmpty());
        peer.getOutputStream().write(6);
        assertEquals(6, server.input().read());
    }

    @Test
    void aTimeoutTooLongForSocketsIsTheirLongest() throws IOException {
        server.readTimeout(Duration.ofDays(400));

        peer.getOutputStream().write(1);
        assertEquals(1, server.input().read());
    }

    @Test
    void closingLetsThePeerHaveItsAnswerThoughItsBytesWereNotRead() throws Exception {
        peer.getOutputStream().write(new byte[100_000]);
        server.output().write("no".getBytes());
        var closing = new FutureTask<>(() -> {
            server.close();
            return true;
        });
        Thread.startVirtualThread(closing);

        peer.getOutputStream().write(new byte[100_000]);
        assertArrayEquals("no".getBytes(), peer.getInputStream().readAllBytes());
        peer.close();
        assertTrue(closing.get(10, TimeUnit.SECONDS));
    }

    @Test
    void closingDoesNotWaitForeverForAPeerThatStays() throws IOException {
        server.output().write(1);

        long start = System.nanoTime();
        server.close();

        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
        assertEquals(1, peer.getInputStream().read());
        assertEquals(-1, peer.getInputStream().read());
    }

    @Test
    void abortWakesAReaderAndRunsEachActionOnce() throws Exception {
        var runs = new AtomicInteger();
        var ran = new CountDownLatch(1);
        server.onAbort(() -> {
            runs.incrementAndGet();
            ran.countDown();
        });
        var reading = new FutureTask<>(() -> assertThrows(IOException.class, () -> server.input().read()));
        Thread.startVirtualThread(reading);

        server.abort();
        server.abort();

        reading.get(10, TimeUnit.SECONDS);
        assertTrue(ran.await(10, TimeUnit.SECONDS));
        var late = new CountDownLatch(1);
        server.onAbort(late::countDown);
        assertTrue(late.await(10, TimeUnit.SECONDS), "an action that comes too late runs at once");
        assertEquals(1, runs.get());
    }

    @Test
    void aWatchedPeerThatResetsAbortsTheConnection() throws Exception {
        var aborted = new CountDownLatch(1);
        server.onAbort(aborted::countDown);
        server.watchPeer();
        server.watchPeer();

        peer.setSoLinger(true, 0);
        peer.close();

        assertTrue(aborted.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aWatchedPeerThatFinishesIsStillAnswered() throws Exception {
        var aborted = new CountDownLatch(1);
        server.onAbort(aborted::countDown);
        server.watchPeer();
        peer.shutdownOutput();

        assertEquals(-1, server.input().read());
        server.output().write(7);
        assertEquals(7, peer.getInputStream().read());
        assertEquals(1, aborted.getCount());
    }

    @Test
    void whatAWatchedPeerSendsIsReadAsIfNobodyHadWatched() throws Exception {
        server.watchPeer();
        peer.getOutputStream().write("next".getBytes());

        assertArrayEquals("next".getBytes(), server.input().readNBytes(4));
    }

    @Test
    void closingWhileAPeerIsWatchedDoesNotWaitForIt() throws Exception {
        server.output().write(1);
        server.watchPeer();

        server.close();

        assertEquals(1, peer.getInputStream().read());
        assertEquals(-1, peer.getInputStream().read());
    }

    @Test
    void anOrderlyCloseIsNoAbort() throws Exception {
        var called = new CountDownLatch(1);
        server.onAbort(called::countDown);

        server.close();
        server.close();
        server.abort();
        server.onAbort(called::countDown);

        assertFalse(called.await(50, TimeUnit.MILLISECONDS));
    }

    @Test
    void interruptingAReaderEndsTheConnection() throws Exception {
        var reading = new FutureTask<>(() -> assertThrows(IOException.class, () -> server.input().read()));
        var reader = Thread.startVirtualThread(reading);

        reader.interrupt();

        reading.get(10, TimeUnit.SECONDS);
        assertEquals(-1, peer.getInputStream().read());
    }
}
