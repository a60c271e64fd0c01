package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No bytes get more out of a decoder than a value, a [DecodeException] or an [EOFException].
///
/// `-Dproconsul.fuzz=PT10M` goes on with other seeds for that long.
class FuzzTest {
    private static final int INPUTS = 300;
    private static final Duration LONG_RUN = Duration.parse(System.getProperty("proconsul.fuzz", "PT0S"));
    private static final DecodeLimits LIMITS = new DecodeLimits(32, 1 << 16, 1 << 12, 1 << 20);

    static Stream<Codec<?>> everyCodec() {
        return Stream.concat(Structs.all().stream(),
                Stream.of(Codecs.STRING, Codecs.BOOL, Codecs.STRINGS, Codecs.BYTES, Codecs.NIL));
    }

    @ParameterizedTest
    @MethodSource("everyCodec")
    void randomBytesDoNoHarm(Codec<?> codec) {
        feedRandom(codec, new Random(5));
    }

    private static void feedRandom(Codec<?> codec, Random random) {
        for (int i = 0; i < INPUTS; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextInt(3) > 0) {
                bytes[0] = (byte) (Wire.FIXMAP | random.nextInt(32)); // else most inputs end at the first byte
            }
            feed(codec, bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("structs")
    <T> void damagedMessagesDoNoHarm(Codec<T> codec) {
        feedDamaged(codec, new Samples(6));
    }

    private static <T> void feedDamaged(Codec<T> codec, Samples samples) {
        for (int i = 0; i < INPUTS / 10; i++) {
            MsgpackWriter out = new MsgpackWriter();
            codec.encode(samples.of(codec), out);
            for (int j = 0; j < 10; j++) {
                feed(codec, damage(out.toByteArray(), samples.random()));
            }
        }
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void aLongRunDoesNoHarm() {
        long start = System.nanoTime();
        long seed = 100;
        long inputs = 0;
        while (System.nanoTime() - start < LONG_RUN.toNanos()) {
            seed++;
            for (Codec<?> codec : Structs.all()) {
                try {
                    feedRandom(codec, new Random(seed));
                    feedDamaged(codec, new Samples(seed));
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed, e);
                }
                inputs += 2 * INPUTS;
            }
        }
        assertTrue(seed > 100 || LONG_RUN.isZero());
        if (!LONG_RUN.isZero()) {
            System.out.println("fuzz: " + inputs + " inputs, each read twice, seeds 101 to " + seed);
        }
    }

    static Stream<Codec<?>> structs() {
        return Structs.all().stream();
    }

    private static byte[] damage(byte[] message, Random random) {
        byte[] bytes = message;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) (Wire.NIL + random.nextInt(0x20)); // a header where none was
                default -> System.arraycopy(bytes, 0, bytes, at, Math.min(4, bytes.length - at));
            }
        }
        return bytes;
    }

    private static void feed(Codec<?> codec, byte[] bytes) {
        for (MsgpackReader in : new MsgpackReader[] {MsgpackReader.of(bytes, LIMITS),
                new MsgpackReader(new ByteArrayInputStream(bytes), LIMITS)}) {
            try {
                codec.decode(in);
            } catch (DecodeException | EOFException expected) {
                if (expected.getMessage() == null || expected.getMessage().isEmpty()) {
                    fail("no message for " + HexFormat.of().formatHex(bytes), expected);
                }
            } catch (IOException | RuntimeException | StackOverflowError e) {
                fail(codec.shape() + " of " + HexFormat.of().formatHex(bytes), e);
            }
        }
    }
}
