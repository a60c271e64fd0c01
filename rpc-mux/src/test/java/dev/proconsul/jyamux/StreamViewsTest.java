package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.lang.ref.Reference;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A stream seen as a channel, as a socket, as two completions; and resets with codes.
@ExtendWith(Leaks.class)
@Timeout(120)
class StreamViewsTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private static Throwable failure(CompletionStage<Void> stage) {
        return assertThrows(ExecutionException.class,
                () -> stage.toCompletableFuture().get(60, TimeUnit.SECONDS)).getCause();
    }

    private static void succeeds(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("A channel moves bytes of buffers on the heap and outside it")
    void movesBytesThroughAChannel() throws Exception {
        byte[] sent = new byte[100_000];
        new Random(1).nextBytes(sent);
        try (Pair pair = new Pair(Wire.memory(1 << 20))) {
            ByteChannel near = pair.client.open().channel();
            assertEquals(sent.length, near.write(ByteBuffer.wrap(sent)));
            ByteBuffer outside = ByteBuffer.allocateDirect(sent.length).put(sent).flip();
            assertEquals(sent.length, near.write(outside));
            assertFalse(outside.hasRemaining());
            try (ByteChannel far = pair.server.accept().channel()) {
                assertArrayEquals(sent, read(far, ByteBuffer.allocateDirect(sent.length)));
                assertArrayEquals(sent, read(far, ByteBuffer.allocate(sent.length + 7).position(7)));
                near.close();
                assertEquals(-1, far.read(ByteBuffer.allocate(1)));
            }
            assertFalse(near.isOpen());
            assertThrows(ClosedChannelException.class, () -> near.write(ByteBuffer.allocate(1)));
            assertThrows(ClosedChannelException.class, () -> near.read(ByteBuffer.allocate(1)));
        }
    }

    private static byte[] read(ByteChannel channel, ByteBuffer into) throws Exception {
        int start = into.position();
        while (into.hasRemaining() && channel.read(into) >= 0) {
            // on
        }
        byte[] bytes = new byte[into.position() - start];
        into.get(start, bytes);
        return bytes;
    }

    @Test
    @DisplayName("T07: closing a channel wakes its reader with AsynchronousCloseException")
    void wakesTheReaderOfAClosedChannel() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16))) {
            ByteChannel channel = pair.client.open().channel();
            CompletableFuture<Throwable> reading = new CompletableFuture<>();
            Thread reader = Thread.startVirtualThread(() -> {
                try {
                    channel.read(ByteBuffer.allocate(1));
                } catch (Exception e) {
                    reading.complete(e);
                }
            });
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            channel.close();

            assertInstanceOf(AsynchronousCloseException.class, reading.get(60, TimeUnit.SECONDS));
            pair.server.accept().close();
        }
    }

    @Test
    @DisplayName("A socket reads, writes, times out, shuts down each way and closes as sockets do")
    void behavesAsASocket() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16))) {
            Socket near = pair.client.open().socket();
            near.getOutputStream().write(HELLO);
            Socket far = pair.server.accept().socket();
            assertTrue(far.isConnected());
            assertArrayEquals(HELLO, far.getInputStream().readNBytes(HELLO.length));

            far.setSoTimeout(1);
            assertEquals(1, far.getSoTimeout());
            assertThrows(SocketTimeoutException.class, () -> far.getInputStream().read());
            assertThrows(SocketException.class, () -> far.connect(null, 0));

            near.shutdownOutput();
            assertTrue(near.isOutputShutdown());
            far.setSoTimeout(0);
            assertEquals(-1, far.getInputStream().read());
            far.shutdownInput();
            assertTrue(far.isInputShutdown());
            far.close();
            near.close();
            assertTrue(near.isClosed());
            assertThrows(SocketException.class, near::getInputStream);
        }
    }

    @Test
    @DisplayName("Each direction completes on its own when it has finished")
    void completesEachDirection() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16))) {
            Stream near = pair.client.open();
            Stream far = pair.server.accept();
            CompletionStage<Void> farInput = far.inputEnd();
            near.finishWriting();

            succeeds(farInput);
            succeeds(near.outputEnd());
            assertFalse(near.inputEnd().toCompletableFuture().isDone());
            assertFalse(far.outputEnd().toCompletableFuture().isDone());
            far.finishWriting();
            succeeds(near.inputEnd());
            succeeds(far.outputEnd());
            near.close();
            far.close();
        }
    }

    @Test
    @DisplayName("H09: a reset carries its code to the other side, and fails what has not finished")
    void carriesTheCodeOfAReset() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16))) {
            Stream near = pair.client.open();
            Stream far = pair.server.accept();
            CompletionStage<Void> input = far.inputEnd();
            near.reset(0xffff_ffffL);

            StreamReset reason = assertInstanceOf(StreamReset.class, failure(input));
            assertEquals(0xffff_ffffL, reason.code());
            assertEquals(Origin.REMOTE, reason.origin());
            StreamReset mine = assertThrows(StreamReset.class, () -> near.input().read());
            assertEquals(Origin.LOCAL, mine.origin());
            assertEquals(0xffff_ffffL, mine.code());
            assertThrows(IllegalArgumentException.class, () -> near.reset(-1));
            assertThrows(IllegalArgumentException.class, () -> near.reset(1L << 32));
            far.close();
        }
    }

    @Test
    @DisplayName("The end of the session fails what has not finished, and only that")
    void failsWithTheSession() throws Exception {
        try (Pair pair = new Pair(Wire.memory(1 << 16))) {
            Stream near = pair.client.open();
            Stream far = pair.server.accept();
            near.finishWriting();
            succeeds(far.inputEnd());
            pair.client.close();

            assertInstanceOf(SessionClosed.class, failure(far.outputEnd()));
            succeeds(far.inputEnd());
            assertInstanceOf(SessionClosed.class, failure(near.inputEnd()));
            near.close();
            far.close();
        }
    }

    @Test
    @DisplayName("H16: a stream that is looked after does all that another does")
    void delegates() throws Exception {
        List<Integer> forgotten = new CopyOnWriteArrayList<>();
        SessionConfig config = Settings.PLAIN.withResetForgotten(true).withObserver(new SessionObserver() {
            @Override
            public void streamForgotten(int stream) {
                forgotten.add(stream);
            }
        });
        try (Pair pair = new Pair(Wire.memory(1 << 16), config, config)) {
            Stream near = pair.client.open();
            Stream far = pair.server.accept();
            assertEquals("1", near.toString());
            near.output().write(7);
            near.output().close();
            assertEquals(7, far.peek());
            assertEquals(1, far.input().available());
            assertEquals(7, far.input().read());
            assertEquals(-1, far.input().read());
            succeeds(far.inputEnd());
            succeeds(near.outputEnd());
            near.input().close();
            assertThrows(MuxException.StreamFinished.class, () -> near.input().read());
            CountDownLatch aborted = new CountDownLatch(1);
            near.onAbort(aborted::countDown);
            assertThrows(IllegalArgumentException.class, () -> far.reset(-1));
            far.reset(5);
            assertTrue(aborted.await(60, TimeUnit.SECONDS));
            assertEquals(5, assertThrows(StreamReset.class, () -> near.output().write(1)).code());
            assertEquals(List.of(), forgotten);
            Reference.reachabilityFence(far);
        }
    }
}
