package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The fuzzers for a few seconds, from a seed: `-Djyamux.seed=N` repeats a run, `-Djyamux.fuzz.seconds=N` makes it
/// longer. The inputs of `fuzz-seeds.txt` come first: each of them is, or was once, of interest.
@Timeout(300)
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("jyamux.fuzz.seconds", 3);

    @Test
    @DisplayName("F14: random bytes on the decoder")
    void decoder() throws IOException {
        fuzz("decoder", Fuzz.Decoder::fuzzerTestOneInput);
    }

    @Test
    @DisplayName("F14: random bytes on whole sessions")
    void bytes() throws IOException {
        fuzz("bytes", Fuzz.Bytes::fuzzerTestOneInput);
    }

    @Test
    @DisplayName("F14: random frames on whole sessions")
    void frames() throws IOException {
        fuzz("frames", Fuzz.Frames::fuzzerTestOneInput);
    }

    private static void fuzz(String name, Consumer<byte[]> target) throws IOException {
        List<byte[]> seeds = FuzzSeeds.of(name);
        assertTrue(seeds.size() > 3, name);
        seeds.forEach(target);
        long seed = Long.getLong("jyamux.seed", System.nanoTime());
        Random random = new Random(seed);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (long run = 0; System.nanoTime() < end; run++) {
            byte[] input = mutated(seeds.get(random.nextInt(seeds.size())), random);
            try {
                target.accept(input);
            } catch (Throwable e) {
                throw new AssertionError(name + ", jyamux.seed=" + seed + ", run " + run + ", input "
                        + HexFormat.of().formatHex(input), e);
            }
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] input = random.nextInt(4) == 0 ? new byte[random.nextInt(200)] : seed.clone();
        if (random.nextInt(4) == 0) {
            random.nextBytes(input);
        }
        for (int i = random.nextInt(6); i > 0 && input.length > 0; i--) {
            int at = random.nextInt(input.length);
            switch (random.nextInt(4)) {
                case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> input[at] = (byte) random.nextInt(256);
                case 2 -> input = java.util.Arrays.copyOf(input, at + 1);
                default -> {
                    int from = random.nextInt(input.length);
                    int length = Math.min(input.length - Math.max(from, at), 12);
                    System.arraycopy(input, from, input, at, length);
                }
            }
        }
        return input;
    }
}
