package dev.proconsul.rpc.transport.tls.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class PeekableInputTest {
    private static PeekableInput of(int... bytes) {
        var content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return new PeekableInput(new ByteArrayInputStream(content));
    }

    @Test
    void aByteThatWasLookedAtIsStillToBeRead() throws IOException {
        var in = of(200, 2, 3);

        assertEquals(200, in.peek());
        assertEquals(200, in.peek());
        assertEquals(3, in.available());
        assertEquals(200, in.read());
        assertArrayEquals(new byte[] {2, 3}, in.readAllBytes());
    }

    @Test
    void readingManyStartsWithTheByteThatWasLookedAt() throws IOException {
        var in = of(1, 2, 3);
        in.peek();

        assertArrayEquals(new byte[] {1, 2, 3}, in.readNBytes(3));
        assertEquals(-1, in.read());
    }

    @Test
    void theEndStaysTheEnd() throws IOException {
        var in = of();

        assertEquals(-1, in.peek());
        assertEquals(-1, in.read());
        assertEquals(-1, in.read(new byte[4], 0, 4));
        assertEquals(-1, in.peek());
        assertEquals(0, in.available());
    }

    @Test
    void skippingTakesTheByteThatWasLookedAt() throws IOException {
        var in = of(4, 9);
        in.peek();

        in.skipNBytes(1);

        assertEquals(9, in.peek());
    }

    @Test
    void nothingAskedNothingTaken() throws IOException {
        var in = of(7);
        in.peek();

        assertEquals(0, in.read(new byte[0], 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[1], 0, 2));
        assertEquals(7, in.read());
    }

    /// [InputStream#readNBytes] ends with a read of no bytes: were that to wait, a request that has arrived as a whole
    /// would wait for the next one while the peer is watched.
    @Test
    void aReadOfNothingDoesNotWaitForTheOneWhoWatches() throws Exception {
        var asked = new CountDownLatch(1);
        var sent = new CountDownLatch(1);
        var in = new PeekableInput(new InputStream() {
            @Override
            public int read() throws IOException {
                asked.countDown();
                try {
                    sent.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return 5;
            }
        });
        var watch = new FutureTask<>(in::peek);
        Thread.startVirtualThread(watch);
        asked.await();

        assertEquals(0, in.read(new byte[4], 4, 0));

        sent.countDown();
        assertEquals(5, watch.get());
    }

    @Test
    void aFailureBehindTheByteDoesNotSwallowIt() throws IOException {
        var in = new PeekableInput(new InputStream() {
            private boolean first = true;

            @Override
            public int read() throws IOException {
                if (!first) {
                    throw new IOException("reset");
                }
                first = false;
                return 5;
            }
        });
        in.peek();
        var bytes = new byte[8];

        assertEquals(1, in.read(bytes, 0, 8));
        assertEquals(5, bytes[0]);
        assertThrows(IOException.class, () -> in.read(bytes, 0, 8));
    }
}
