package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A reader and a writer that give up their buffers between messages do the same as others.
class RestTest {
    private static final long SEED = 20261127;

    @Test
    void restingChangesNothing() throws Exception {
        var random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            var resting = new MsgpackWriter();
            var all = new ByteArrayOutputStream();
            var requests = new KeyRequest[4];
            for (int i = 0; i < requests.length; i++) {
                requests[i] = KeyRequest.ZERO.withKey("k".repeat(random.nextInt(2_000)));
                KeyRequest.CODEC.encode(requests[i], resting);
                var other = new MsgpackWriter();
                KeyRequest.CODEC.encode(requests[i], other);
                assertArrayEquals(other.toByteArray(), resting.toByteArray());
                resting.writeTo(all);
                resting.rest();
                assertEquals(0, resting.size());
            }
            var reader = new MsgpackReader(inPieces(all.toByteArray(), random), DecodeLimits.DEFAULT);
            for (var request : requests) {
                reader.rest();
                reader.startMessage();
                long before = reader.position();
                reader.rest();
                assertEquals(before, reader.position());
                assertEquals(request, KeyRequest.CODEC.decode(reader), "seed " + SEED + ", round " + round);
                reader.rest();
            }
            assertEquals(all.size(), reader.position());
            assertEquals(true, reader.atEnd());
        }
    }

    private static InputStream inPieces(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, 1 + random.nextInt(700)));
            }
        };
    }
}
