package dev.proconsul.rpc.structs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Maps as decoders and constructors make them, on both sides of the size from which they have an index.
class FrozenMapTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 40})
    void aMapIsWhatWasSent(int size) throws IOException {
        Map<String, String> sent = numbered(size);

        Map<String, String> read = read(size, sent);

        assertEquals(sent, read);
        assertEquals(sent.hashCode(), read.hashCode());
        assertEquals(List.copyOf(sent.keySet()), List.copyOf(read.keySet()));
        sent.forEach((key, value) -> assertEquals(value, read.get(key)));
        assertTrue(read.keySet().stream().allMatch(read::containsKey));
        assertNull(read.get("none"));
        assertNull(read.get(null));
        assertFalse(read.containsKey("none"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 9, 40})
    void ofEqualKeysTheLastWins(int size) throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        out.writeMapHeader(size);
        for (int i = 0; i < size; i++) {
            out.writeString("key" + i % (size - 1));
            out.writeString("value" + i);
        }
        Map<String, String> expected = numbered(size - 1);
        expected.put("key0", "value" + (size - 1));

        Map<String, String> read = MsgpackReader.of(out.toByteArray(), DecodeLimits.DEFAULT)
                .readMap(MsgpackReader::readString);

        assertEquals(expected, read);
        assertEquals(size - 1, read.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9})
    void aMapCannotBeChanged(int size) throws IOException {
        Map<String, String> own = numbered(size);
        Map<String, String> copy = Nil.copyOf(own);
        own.put("more", "");

        assertEquals(size, copy.size());
        assertSame(copy, Nil.copyOf(copy));
        for (Map<String, String> map : List.of(copy, read(size, numbered(size)))) {
            assertThrows(UnsupportedOperationException.class, () -> map.put("key0", ""));
            assertThrows(UnsupportedOperationException.class, () -> map.remove("key0"));
            Iterator<Map.Entry<String, String>> entries = map.entrySet().iterator();
            assertThrows(UnsupportedOperationException.class, () -> entries.next().setValue(""));
            assertThrows(UnsupportedOperationException.class, entries::remove);
            entries.forEachRemaining(entry -> { });
            assertThrows(NoSuchElementException.class, entries::next);
        }
    }

    private static Map<String, String> numbered(int size) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put("key" + i, "value" + i);
        }
        return map;
    }

    private static Map<String, String> read(int size, Map<String, String> map) throws IOException {
        MsgpackWriter out = new MsgpackWriter();
        out.writeMap(map, (value, o) -> o.writeString(value));
        Map<String, String> read = MsgpackReader.of(out.toByteArray(), DecodeLimits.DEFAULT)
                .readMap(MsgpackReader::readString);
        assertEquals(size, read.size());
        return read;
    }
}
