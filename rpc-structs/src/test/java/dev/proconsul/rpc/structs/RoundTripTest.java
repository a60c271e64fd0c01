package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is written comes back, for random values of every struct. The seeds are fixed: a failure repeats itself.
class RoundTripTest {
    private static final int VALUES = 30;

    static Stream<Codec<?>> everyStruct() {
        return Structs.all().stream();
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    <T> void whatIsWrittenComesBack(Codec<T> codec) throws IOException {
        Samples samples = new Samples(1);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);

            byte[] bytes = encode(codec, value);
            T read = decode(codec, bytes);

            assertEquals(value, read);
            assertEquals(value.hashCode(), read.hashCode());
            assertArrayEquals(bytes, encode(codec, read), "nil and empty must stay apart");
            assertEquals(value, codec.decode(new MsgpackReader(new Trickle(bytes), DecodeLimits.DEFAULT)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    <T> void theOrderOfFieldsDoesNotMatter(Codec<T> codec) throws IOException {
        Samples samples = new Samples(2);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);

            byte[] shuffled = Rearranged.shuffled(plain(codec, value), codec.shape(), samples.random());

            assertEquals(value, codec.decode(MsgpackReader.plain(shuffled, DecodeLimits.DEFAULT)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    <T> void arraysStandForStructs(Codec<T> codec) throws IOException {
        Samples samples = new Samples(3);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);

            byte[] arrays = Rearranged.asArrays(plain(codec, value), codec.shape());

            assertEquals(value, codec.decode(MsgpackReader.plain(arrays, DecodeLimits.DEFAULT)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    <T> void theJsonTreeHoldsEverything(Codec<T> codec) throws JsonShapeException {
        Samples samples = new Samples(4);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);

            assertEquals(value, codec.fromJson(codec.toJson(value)));
        }
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    <T> void nilIsTheZeroValue(Codec<T> codec) throws IOException {
        Object zero = Values.constant(Values.struct(codec.shape().toString()), "ZERO");

        assertEquals(zero, decode(codec, new byte[] {(byte) 0xc0}));
        for (byte[] bytes : List.of(new byte[] {(byte) 0x80}, new byte[] {(byte) 0x90})) {
            assertEquals(zero, codec.decode(MsgpackReader.plain(bytes, DecodeLimits.DEFAULT)));
        }
    }

    private static <T> byte[] encode(Codec<T> codec, T value) {
        MsgpackWriter out = new MsgpackWriter();
        codec.encode(value, out);
        return out.toByteArray();
    }

    /// The form in which structs are maps everywhere, also where the wire has byte strings.
    private static <T> byte[] plain(Codec<T> codec, T value) {
        MsgpackWriter out = MsgpackWriter.plain();
        codec.encode(value, out);
        return out.toByteArray();
    }

    private static <T> T decode(Codec<T> codec, byte[] bytes) throws IOException {
        return codec.decode(MsgpackReader.of(bytes, DecodeLimits.DEFAULT));
    }
}
