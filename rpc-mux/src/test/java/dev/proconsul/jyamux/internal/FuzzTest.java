package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FuzzTest {
    @Test
    @DisplayName("yamux matrix F14: random bytes and random frames end a session cleanly, with nothing left")
    void survivesAnything() throws Exception {
        long seed = Long.getLong("jyamux.seed", System.nanoTime());
        System.out.println("jyamux.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            byte[] bytes = round % 2 == 0 ? plausible(random) : FrameDecoderTest.randomFrames(30, random);
            try (RawPeer peer = RawPeer.ofServer()) {
                EchoTest.echo(peer.session);
                try {
                    peer.says(bytes);
                    peer.saysNoMore();
                } catch (IOException e) {
                    // the session ended before it had read all
                }
                peer.seen().readAllBytes();
                try {
                    peer.session.accept();
                } catch (SessionClosed end) {
                    assertTrue(end.code() != 2, () -> "seed " + seed + ": " + end);
                }
            }
        }
    }

    /// Frames that get past the first checks: few streams, small lengths, any flags.
    private static byte[] plausible(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            FrameType type = FrameType.values()[random.nextInt(3)];
            int length = random.nextInt(40);
            bytes.writeBytes(RawPeer.header(type, random.nextInt(16) & random.nextInt(16),
                    2 * random.nextInt(6) + 1, length));
            if (type == RawPeer.DATA) {
                bytes.writeBytes(new byte[length]);
            }
        }
        return bytes.toByteArray();
    }
}
