package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/// The codecs against an independent msgpack library, with random values of every struct.
///
/// `-Dproconsul.seed=NUMBER` repeats a run; failures print the seed.
class SecondOpinionTest {
    private static final long SEED = Long.getLong("proconsul.seed", 20_260_000);
    private static final int VALUES = 25;

    static Stream<Codec<?>> everyStruct() {
        return Structs.all().stream();
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    @DisplayName("the library reads what we write: maps sorted by field name (transport rows 150, 151)")
    <T> void theLibraryReadsWhatWeWrite(Codec<T> codec) throws IOException {
        Samples samples = new Samples(SEED);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);
            MsgpackWriter out = new MsgpackWriter();
            codec.encode(value, out);

            try (MessageUnpacker in = MessagePack.newDefaultUnpacker(out.toByteArray())) {
                check(Tree.of(codec.shape(), value), in, codec.shape() + " with seed " + SEED);
                assertFalse(in.hasNext());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyStruct")
    @DisplayName("we read what the library writes, with its newer types for strings and bytes")
    <T> void weReadWhatTheLibraryWrites(Codec<T> codec) throws IOException {
        Samples samples = new Samples(SEED + 1);
        for (int i = 0; i < VALUES; i++) {
            T value = samples.of(codec);
            byte[] bytes = pack(Collections.singletonList(Tree.of(codec.shape(), value)));

            assertEquals(value, codec.decode(MsgpackReader.of(bytes, DecodeLimits.DEFAULT)),
                    () -> "seed " + (SEED + 1));
        }
    }

    private static byte[] pack(List<@Nullable Object> trees) throws IOException {
        try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
            for (Object tree : trees) {
                pack(out, tree);
            }
            return out.toByteArray();
        }
    }

    private static void pack(MessagePacker out, @Nullable Object tree) throws IOException {
        switch (tree) {
            case null -> out.packNil();
            case Boolean value -> out.packBoolean(value);
            case BigInteger value -> out.packBigInteger(value);
            case Float value -> out.packFloat(value);
            case Double value -> out.packDouble(value);
            case byte[] value -> binary(out, value);
            case String value -> {
                byte[] bytes = Bytes.ofUtf8(value).toByteArray();
                out.packRawStringHeader(bytes.length);
                out.writePayload(bytes);
            }
            case List<?> list -> {
                out.packArrayHeader(list.size());
                for (Object item : list) {
                    pack(out, item);
                }
            }
            case Map<?, ?> map -> {
                out.packMapHeader(map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    pack(out, entry.getKey());
                    pack(out, entry.getValue());
                }
            }
            case Tree.Wrapped(List<@Nullable Object> content) -> binary(out, pack(content));
            default -> throw new AssertionError("no wire form for a " + tree.getClass());
        }
    }

    private static void binary(MessagePacker out, byte[] bytes) throws IOException {
        out.packBinaryHeader(bytes.length);
        out.writePayload(bytes);
    }

    /// Reads what must be there, guided by it, and in its order.
    private static void check(@Nullable Object tree, MessageUnpacker in, String where) throws IOException {
        switch (tree) {
            case null -> in.unpackNil();
            case Boolean value -> assertEquals(value, in.unpackBoolean(), where);
            case BigInteger value -> assertEquals(value, in.unpackBigInteger(), where);
            case Float value -> assertEquals(value, in.unpackFloat(), where);
            case Double value -> assertEquals(value, in.unpackDouble(), where);
            case byte[] value -> assertArrayEquals(value, raw(in), where);
            case String value -> assertArrayEquals(Bytes.ofUtf8(value).toByteArray(), raw(in), where);
            case List<?> list -> {
                assertEquals(list.size(), in.unpackArrayHeader(), where);
                for (Object item : list) {
                    check(item, in, where);
                }
            }
            case Map<?, ?> map -> {
                assertEquals(map.size(), in.unpackMapHeader(), where);
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    check(entry.getKey(), in, where);
                    check(entry.getValue(), in, where + "." + entry.getKey());
                }
            }
            case Tree.Wrapped(List<@Nullable Object> content) -> {
                try (MessageUnpacker inner = MessagePack.newDefaultUnpacker(raw(in))) {
                    for (Object item : content) {
                        check(item, inner, where + " wrapped");
                    }
                    assertFalse(inner.hasNext(), where);
                }
            }
            default -> throw new AssertionError("no wire form for a " + tree.getClass());
        }
    }

    private static byte[] raw(MessageUnpacker in) throws IOException {
        return in.readPayload(in.unpackRawStringHeader());
    }
}
