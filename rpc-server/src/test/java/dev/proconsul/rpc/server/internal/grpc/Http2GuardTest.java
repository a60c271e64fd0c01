package dev.proconsul.rpc.server.internal.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class Http2GuardTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final long SEED = 20_261_126;

    private final AtomicLong now = new AtomicLong(1_000_000_000);
    private final AtomicLong stalled = new AtomicLong();
    private final GrpcLimits limits = GrpcLimits.DEFAULT;

    private Http2Guard guard(InputStream in) {
        return new Http2Guard(in, limits, now::get, stalled::get);
    }

    private static byte[] frame(int type, int flags, int length) {
        return ByteBuffer.allocate(9 + length).put((byte) (length >> 16)).putShort((short) length)
                .put((byte) type).put((byte) flags).putInt(1).array();
    }

    private static byte[] times(int count, byte[] bytes) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void changesNothingHoweverTheBytesCome() throws IOException {
        var random = new Random(SEED);
        var sent = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            sent.writeBytes(frame(random.nextInt(12) == RST_STREAM ? DATA : random.nextInt(9), END_HEADERS, random.nextInt(300)));
        }
        var bytes = sent.toByteArray();
        var pieces = new InputStream() {
            private final ByteArrayInputStream all = new ByteArrayInputStream(bytes);

            @Override
            public int read() {
                return all.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return all.read(into, offset, Math.min(length, 1 + random.nextInt(50)));
            }
        };

        assertArrayEquals(bytes, guard(pieces).readAllBytes(), "seed " + SEED);
    }

    @Test
    void headerBlocksHaveALimitOverAllTheirFrames() throws IOException {
        int part = 16_384;
        var fits = new ByteArrayOutputStream();
        fits.writeBytes(frame(HEADERS, 0, part));
        fits.writeBytes(times(2, frame(CONTINUATION, 0, part - 20)));
        fits.writeBytes(frame(CONTINUATION, END_HEADERS, part - 20));
        var twice = times(2, fits.toByteArray()); // each block counts for itself
        assertEquals(twice.length, guard(new ByteArrayInputStream(twice)).readAllBytes().length);

        fits.writeBytes(frame(HEADERS, 0, part));
        fits.writeBytes(times(4, frame(CONTINUATION, 0, part)));
        var tooLong = guard(new ByteArrayInputStream(fits.toByteArray()));
        var violation = assertThrows(Http2Guard.Violation.class, tooLong::readAllBytes);
        assertEquals("a header block of more than 65536 bytes", violation.getMessage());
    }

    @Test
    void emptyContinuationsCountToo() {
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(HEADERS, 0, 0));
        frames.writeBytes(times(8_000, frame(CONTINUATION, 0, 0)));
        var guard = guard(new ByteArrayInputStream(frames.toByteArray()));

        assertThrows(Http2Guard.Violation.class, guard::readAllBytes);
    }

    @Test
    void resetsAreAllowedAgainAsTimePasses() throws IOException {
        var reset = frame(RST_STREAM, 0, 4);
        int many = limits.maxResets();
        var guard = guard(new ByteArrayInputStream(times(3 * many, reset)));
        assertEquals(many * reset.length, guard.readNBytes(many * reset.length).length);

        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(many / 2 * reset.length, guard.readNBytes(many / 2 * reset.length).length);

        var violation = assertThrows(Http2Guard.Violation.class, () -> guard.readNBytes(reset.length));
        assertEquals("more resets of streams than 2048 a second", violation.getMessage());
    }

    @Test
    void whoTakesNothingInMayNotGoOnAsking() throws IOException {
        var call = frame(HEADERS, END_HEADERS, 10);
        var guard = guard(new ByteArrayInputStream(times(3, call)));
        guard.readNBytes(call.length);
        stalled.set(limits.stallTimeout().toNanos());
        guard.readNBytes(call.length);
        stalled.set(limits.stallTimeout().toNanos() + 1);

        var violation = assertThrows(Http2Guard.Violation.class, () -> guard.readNBytes(call.length));
        assertTrue(String.valueOf(violation.getMessage()).contains("60 s"), violation::getMessage);
    }
}
