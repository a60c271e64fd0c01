package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The bytes of a message that a reader keeps while it decodes are those that came, however they came.
class KeptBytesTest {
    private static final long SEED = 20261126;

    @Test
    void keptAreTheBytesOfTheMessageAndNoOthers() throws Exception {
        var random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            var requests = new KVSRequest[] {request(random), request(random), request(random)};
            var all = new ByteArrayOutputStream();
            var encoded = new byte[requests.length][];
            for (int i = 0; i < requests.length; i++) {
                var out = new MsgpackWriter();
                KVSRequest.CODEC.encode(requests[i], out);
                encoded[i] = out.toByteArray();
                all.write(encoded[i]);
            }
            var reader = new MsgpackReader(inPieces(all.toByteArray(), random), DecodeLimits.DEFAULT);
            for (int i = 0; i < requests.length; i++) {
                reader.startMessage();
                boolean keep = i != 1;
                if (keep) {
                    reader.keep();
                }
                assertEquals(requests[i], KVSRequest.CODEC.decode(reader), "seed " + SEED + ", round " + round);
                assertArrayEquals(keep ? encoded[i] : new byte[0], reader.kept(), "seed " + SEED + ", round " + round);
            }
        }
    }

    @Test
    void aReaderOfMemoryKeepsAsWell() throws Exception {
        var reader = MsgpackReader.of(new byte[] {1, (byte) 0xc3, 2}, DecodeLimits.DEFAULT);
        reader.readLong();
        reader.keep();
        reader.readBoolean();
        assertArrayEquals(new byte[] {(byte) 0xc3}, reader.kept());
        assertEquals(0, reader.kept().length);
    }

    @Test
    void whatWasKeptOfOneMessageIsNoPartOfTheNext() throws Exception {
        var reader = MsgpackReader.of(new byte[] {1, 2}, DecodeLimits.DEFAULT);
        reader.keep();
        reader.readLong();
        reader.startMessage();
        reader.readLong();
        assertEquals(0, reader.kept().length);
    }

    private static KVSRequest request(Random random) {
        var value = new byte[random.nextInt(4) == 0 ? random.nextInt(40_000) : random.nextInt(600)];
        random.nextBytes(value);
        return KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO
                .withKey("k".repeat(1 + random.nextInt(1_500))).withValue(value.length == 0 ? Bytes.NIL : Bytes.of(value)));
    }

    private static InputStream inPieces(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(3_000)));
            }
        };
    }
}
