package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Byte strings, strings that are no UTF-8, and the difference between nil and empty.
class BytesTest {
    @Test
    void nilAndEmptyAreEqualButWrittenDifferently() {
        assertEquals(Bytes.NIL, Bytes.EMPTY);
        assertEquals(Nil.list(), List.of());
        assertEquals("c0a0", written(out -> {
            out.writeBytes(Bytes.NIL);
            out.writeBytes(Bytes.EMPTY);
        }));
        assertEquals("c090", written(out -> {
            out.writeList(Nil.<String>list(), (e, o) -> o.writeString(e));
            out.writeList(List.<String>of(), (e, o) -> o.writeString(e));
        }));
    }

    @Test
    void recordsKeepTheirOwnCopyOfAList() {
        List<String> keys = new ArrayList<>(List.of("a"));
        IndexedKeyList reply = new IndexedKeyList(keys, QueryMeta.ZERO);

        keys.add("b");

        assertEquals(List.of("a"), reply.keys());
        assertThrows(UnsupportedOperationException.class, () -> reply.keys().add("c"));
        assertTrue(Nil.is(IndexedKeyList.ZERO.keys()));
        assertFalse(Nil.is(IndexedKeyList.ZERO.withKeys(List.of()).keys()));
    }

    @Test
    void aNilPointerInAListIsNotTheZeroStruct() {
        assertEquals(DirEntry.ZERO, DirEntry.NIL);
        assertNotSame(DirEntry.ZERO, DirEntry.NIL);
        assertTrue(DirEntry.NIL.isNil());
        assertFalse(DirEntry.ZERO.isNil());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "61", "ff", "c3", "c3a9", "e8aa", "e8aa9e", "eda080", "f09f9a80", "f09f9a", "c080",
        "f4908080", "efbfbd", "efbfbdff", "61ff62fe", "80bf", "f8888080"})
    void anyBytesSurviveAsText(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertArrayEquals(bytes, Bytes.ofUtf8(Bytes.of(bytes).toUtf8()).toByteArray());
    }

    @Test
    void loneSurrogatesThatStandForNoByteBecomeQuestionMarks() {
        assertEquals("a3613f3f", written(out -> out.writeString("a\uDC7F\uD800")));
    }

    @Test
    void theTextFormShowsLengthAndStartOnly() {
        assertEquals("Bytes[20: AAAAAAAAAAAAAAAA]", Bytes.of(new byte[20]).toString());
        assertEquals("Bytes[nil]", Bytes.NIL.toString());
    }

    @Test
    void aTruncatedWriterForgetsTheRest() {
        assertEquals("01", written(out -> {
            out.writeLong(1);
            int size = out.size();
            out.writeString("half a reply");
            out.truncate(size);
        }));
        assertThrows(IllegalArgumentException.class, () -> new MsgpackWriter().truncate(1));
    }

    private interface Writing {
        void to(MsgpackWriter out);
    }

    private static String written(Writing writing) {
        MsgpackWriter out = new MsgpackWriter();
        writing.to(out);
        return HexFormat.of().formatHex(out.toByteArray());
    }
}
