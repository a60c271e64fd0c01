package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.MuxException.ProtocolViolation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    /// Writes down what the decoder finds.
    private static class Script implements FrameSink {
        final List<FrameHeader> frames = new ArrayList<>();
        final ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        int completed;

        @Override
        public void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) {
            frames.add(new FrameHeader(type, flags, id, length));
        }

        @Override
        public void body(ByteBuffer from, int length, boolean last) {
            byte[] body = new byte[length];
            from.get(body);
            bodies.writeBytes(body);
            completed += last ? 1 : 0;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "000100010000000100000000, WINDOW_UPDATE, 1, 1, 0",
        "000100020000000100000000, WINDOW_UPDATE, 2, 1, 0",
        "00010001000000010fffffff, WINDOW_UPDATE, 1, 1, 268435455",
        "000000000000000100000021, DATA, 0, 1, 33",
        "00020001000000000000004d, PING, 1, 0, 77",
        "000300000000000000000001, GO_AWAY, 0, 0, 1",
        "0001fff1fffffffdffffffff, WINDOW_UPDATE, 65521, -3, -1",
    })
    @DisplayName("F01: frames as recorded read and write the same")
    void readsAndWritesRecordedHeaders(String hex, FrameType type, int flags, int id, int length) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(hex);
        Script script = new Script();
        new FrameDecoder(script).feed(ByteBuffer.wrap(bytes));

        assertEquals(List.of(new FrameHeader(type, flags, id, length)), script.frames);
        ByteBuffer written = ByteBuffer.allocate(Frames.HEADER_BYTES);
        Frames.putHeader(written, type, flags, id, length);
        assertArrayEquals(bytes, written.array());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    @DisplayName("F01: 32 bit extremes keep their sign out of it")
    void keepsExtremes(int value) throws Exception {
        for (FrameType type : FrameType.values()) {
            ByteBuffer written = ByteBuffer.allocate(Frames.HEADER_BYTES);
            Frames.putHeader(written, type, 0xffff, value, value);
            Script script = new Script();
            new FrameDecoder(script).feed(written.flip());

            assertEquals(List.of(new FrameHeader(type, 0xffff, value, value)), script.frames);
        }
    }

    @ParameterizedTest
    @CsvSource({"01, version 1", "ff, version 255", "0004, type 4", "00ff, type 255"})
    @DisplayName("F04, F05: a wrong version or type is named")
    void refusesWhatDoesNotExist(String start, String named) {
        byte[] bytes = HexFormat.of().parseHex((start + "00".repeat(FrameHeader.BYTES)).substring(0, 24));

        ProtocolViolation violation = assertThrows(ProtocolViolation.class, () -> new FrameDecoder(new Script()).feed(ByteBuffer.wrap(bytes)));

        assertTrue(String.valueOf(violation.getMessage()).contains(named), violation::getMessage);
    }

    @Test
    @DisplayName("F02, F03: the same frames, however the bytes are cut")
    void findsTheSameFramesInAnyPieces() throws MuxException {
        byte[] bytes = randomFrames(40, new Random(2));
        Script whole = new Script();
        new FrameDecoder(whole).feed(ByteBuffer.wrap(bytes));
        assertEquals(40, whole.frames.size());

        for (int cut = 0; cut <= bytes.length; cut++) {
            Script pieces = new Script();
            FrameDecoder decoder = new FrameDecoder(pieces);
            decoder.feed(ByteBuffer.wrap(bytes, 0, cut));
            decoder.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            assertSame(whole, pieces);
        }
        Script single = new Script();
        FrameDecoder decoder = new FrameDecoder(single);
        for (int at = 0; at < bytes.length; at++) {
            decoder.feed(ByteBuffer.wrap(bytes, at, 1));
        }
        assertSame(whole, single);
    }

    @Test
    @DisplayName("F02: a decoder that is told to stop leaves the rest, and goes on there")
    void stopsWhenTheSinkHasEnough() throws MuxException {
        byte[] bytes = randomFrames(40, new Random(5));
        Script whole = new Script();
        new FrameDecoder(whole).feed(ByteBuffer.wrap(bytes));
        Script inPortions = new Script() {
            @Override
            public boolean hasEnough() {
                return true;
            }
        };
        FrameDecoder decoder = new FrameDecoder(inPortions);
        ByteBuffer from = ByteBuffer.wrap(bytes);
        int portions = 0;
        while (from.hasRemaining()) {
            decoder.feed(from);
            portions++;
        }
        assertSame(whole, inPortions);
        assertTrue(portions >= whole.completed, () -> "it went on after a payload, " + whole.completed + " have come");
    }

    private static void assertSame(Script expected, Script actual) {
        assertEquals(expected.frames, actual.frames);
        assertArrayEquals(expected.bodies.toByteArray(), actual.bodies.toByteArray());
        assertEquals(expected.completed, actual.completed);
    }

    @Test
    @DisplayName("F13: the number of a window update, ping or go away is no size")
    void readsNoBodyWhereThereIsNone() throws MuxException {
        Script script = new Script();
        FrameDecoder decoder = new FrameDecoder(script);
        for (FrameType type : List.of(FrameType.WINDOW_UPDATE, FrameType.PING, FrameType.GO_AWAY)) {
            decoder.feed(ByteBuffer.wrap(header(type, 0, 1, 500)));
        }

        assertEquals(3, script.frames.size());
        assertEquals("between frames", decoder.position());
    }

    static byte[] randomFrames(int count, Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            FrameType type = FrameType.values()[random.nextInt(4)];
            int length = type == FrameType.DATA ? random.nextInt(60) : random.nextInt();
            bytes.writeBytes(header(type, random.nextInt(1 << 16), random.nextInt(), length));
            byte[] body = new byte[type == FrameType.DATA ? length : 0];
            random.nextBytes(body);
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    private static byte[] header(FrameType type, int flags, int id, int length) {
        ByteBuffer header = ByteBuffer.allocate(Frames.HEADER_BYTES);
        Frames.putHeader(header, type, flags, id, length);
        return header.array();
    }
}
