package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.DirEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Keys are bytes; texts only stand for them.
class KeysTest {
    private final Scene scene = new Scene();

    @Test
    void badBytesAreLoneSurrogatesAndBack() {
        byte[] key = {'a', (byte) 0xff, (byte) 0xc3, 'b'};
        assertEquals("a\udcff\udcc3b", Keys.text(key));
        assertArrayEquals(key, Keys.exact("a\udcff\udcc3b"));
    }

    @Test
    void aPrefixMayEndInsideACharacter() {
        scene.set("é", "1"); // c3 a9
        scene.set("è", "1"); // c3 a8
        scene.set("\udcc3", "1");
        scene.set("d", "1");
        assertEquals(List.of("\udcc3", "è", "é"), scene.keys("\udcc3", "").value());
    }

    @Test
    void keysAreInTheOrderOfTheirBytesAndNotOfJavaStrings() {
        var keys = List.of("\uff5e", "\ud83d\ude00", "\udcff");
        keys.forEach(key -> scene.set(key, "1"));
        assertEquals(keys, scene.list("").value().stream().map(DirEntry::key).toList());
    }

    @Test
    void aCutInsideACharacterGivesBytesThatFindBack() {
        scene.set("x/é1", "1");
        assertEquals(List.of("x/\udcc3"), scene.keys("x/", "\udcc3").value());
        assertEquals(List.of("x/é1"), scene.list("x/\udcc3").value().stream().map(DirEntry::key).toList());
    }

    @Test
    void kvKeysHaveCaseAndOthersHaveNot() {
        scene.set("A", "1");
        scene.set("a", "2");
        assertEquals(List.of("A", "a"), scene.keys("", "").value());
        assertArrayEquals(Keys.of("Node-1"), Keys.of("NODE-1"));
    }
}
