package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tree against a sorted map of the JDK.
class RadixTreeTest {
    private static final byte[] ALL = {};

    /// Few different bytes, some of them negative, make keys that are prefixes of each other and edges that split.
    private static byte[] randomKey(Random random) {
        byte[] key = new byte[random.nextInt(7)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(4) * 70);
        }
        return key;
    }

    private static TreeMap<byte[], Integer> model() {
        return new TreeMap<>(Arrays::compareUnsigned);
    }

    private static boolean under(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static void assertSameContent(TreeMap<byte[], Integer> model, RadixTree<Integer> tree, byte[] prefix) {
        var expected = new ArrayList<String>();
        model.forEach((key, value) -> {
            if (under(key, prefix)) {
                expected.add(Arrays.toString(key) + "=" + value);
            }
        });
        var found = new ArrayList<String>();
        tree.forEach(prefix, (key, value) -> found.add(Arrays.toString(key) + "=" + value));
        assertEquals(expected, found);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomHistoriesGiveWhatASortedMapGives(long seed) {
        var random = new Random(seed);
        var model = model();
        var tree = RadixTree.<Integer>empty();
        for (int step = 0; step < 3_000; step++) {
            byte[] key = randomKey(random);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3, 4 -> {
                    model.put(key, step);
                    tree = tree.with(key, step);
                }
                case 5, 6, 7, 8 -> {
                    boolean absent = model.remove(key) == null;
                    var next = tree.without(key);
                    assertEquals(absent, next == tree);
                    tree = next;
                }
                default -> {
                    if (key.length > 1) {
                        model.keySet().removeIf(other -> under(other, key));
                        tree = tree.withoutPrefix(key);
                    }
                }
            }
            assertEquals(model.size(), tree.size());
            assertEquals(model.isEmpty(), tree.isEmpty());
            assertEquals(model.get(key), tree.get(key));
            if (step % 50 == 0) {
                assertSameContent(model, tree, ALL);
                assertSameContent(model, tree, randomKey(random));
            }
        }
        for (byte[] key : model.keySet().toArray(byte[][]::new)) {
            assertEquals(model.get(key), tree.get(key));
            tree = tree.without(key);
        }
        assertTrue(tree.isEmpty());
        assertFalse(tree.cursor(ALL).advance());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void treesFromBeforeStayAsTheyWere(long seed) {
        var random = new Random(seed);
        var model = model();
        var tree = RadixTree.<Integer>empty();
        var models = new ArrayList<TreeMap<byte[], Integer>>();
        var trees = new ArrayList<RadixTree<Integer>>();
        for (int step = 0; step < 300; step++) {
            byte[] key = randomKey(random);
            if (random.nextBoolean()) {
                model.put(key, step);
                tree = tree.with(key, step);
            } else {
                model.remove(key);
                tree = tree.without(key);
            }
            var copy = model();
            copy.putAll(model);
            models.add(copy);
            trees.add(tree);
        }
        for (int step = 0; step < models.size(); step++) {
            assertEquals(models.get(step).size(), trees.get(step).size());
            assertSameContent(models.get(step), trees.get(step), ALL);
        }
    }

    /// `sameUnder` must be exact in both directions, also where edges were split or joined by keys elsewhere.
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void sameUnderTellsExactlyWhetherAPrefixChanged(long seed) {
        var random = new Random(seed);
        var tree = RadixTree.<Integer>empty();
        for (int step = 0; step < 2_000; step++) {
            byte[] key = randomKey(random);
            var next = random.nextInt(5) > 1 ? tree.with(key, step + 1000) : tree.without(key);
            byte[] prefix = randomKey(random);
            boolean changed = next != tree && under(key, prefix);
            assertEquals(!changed, tree.sameUnder(prefix, next), () -> Arrays.toString(key) + " under "
                    + Arrays.toString(prefix));
            tree = next;
        }
    }

    @Test
    void forEachOnPathFindsTheKeysThatArePrefixes() {
        var tree = RadixTree.<String>empty();
        for (var key : List.of("", "t", "t/a", "t/ab", "t/b", "u")) {
            tree = tree.with(bytes(key), "<" + key + ">");
        }
        var found = new ArrayList<String>();
        tree.forEachOnPath(bytes("t/abc"), found::add);
        assertEquals(List.of("<>", "<t>", "<t/a>", "<t/ab>"), found);
        found.clear();
        tree.forEachOnPath(bytes("t/"), found::add);
        assertEquals(List.of("<>", "<t>"), found);
    }

    @Test
    void valuesAreIteratedInOrderAndEnd() {
        var tree = RadixTree.<Integer>empty().with(bytes("b"), 2).with(bytes("a"), 1).with(new byte[] {-1}, 3);
        var values = tree.values(ALL).iterator();
        assertEquals(List.of(1, 2, 3), List.of(values.next(), values.next(), values.next()));
        assertFalse(values.hasNext());
        assertThrows(NoSuchElementException.class, values::next);
    }

    /// A child of one byte is kept as its value alone, until there are keys below it.
    @Test
    void aValueThatStoodAloneIsTheSameAboveOthersAndAloneAgain() {
        var alone = RadixTree.<String>empty().with(bytes("k1"), "one").with(bytes("k2"), "two");
        var above = alone.with(bytes("k12"), "below");
        var again = above.without(bytes("k12"));
        for (var tree : List.of(alone, above, again)) {
            assertEquals("one", tree.get(bytes("k1")));
            assertTrue(alone.sameUnder(bytes("k2"), tree));
            assertNull(tree.get(bytes("k1x")));
            assertNull(tree.get(bytes("k")));
        }
        assertEquals("below", above.get(bytes("k12")));
        assertFalse(alone.sameUnder(bytes("k1"), above));
        assertTrue(alone.sameUnder(bytes("k1"), again));
        assertFalse(again.sameUnder(bytes("k1"), again.with(bytes("k1"), "other")));
        assertEquals(2, again.with(bytes("k1"), "other").size());
    }

    @Test
    void removingWhatIsAbsentGivesTheSameTree() {
        var tree = RadixTree.<Integer>empty().with(bytes("abc"), 1);
        for (var absent : List.of("", "a", "ab", "abcd", "abd", "x")) {
            assertSame(tree, tree.without(bytes(absent)));
            assertNull(tree.get(bytes(absent)));
        }
        for (var absent : List.of("abcd", "abd", "x")) {
            assertSame(tree, tree.withoutPrefix(bytes(absent)));
        }
        assertTrue(tree.withoutPrefix(bytes("ab")).isEmpty());
        assertTrue(tree.withoutPrefix(ALL).isEmpty());
    }

    /// Whoever chooses keys chooses the depth: each key here is a prefix of the next, 2,200 nodes deep.
    @Test
    void aDeepTreeNeedsNoDeepStack() {
        int depth = 20_000;
        byte[] key = new byte[depth];
        var tree = RadixTree.<Integer>empty();
        for (int length = depth; length > depth - 200; length--) {
            tree = tree.with(Arrays.copyOf(key, length), length);
        }
        for (int length = 1; length < depth; length += 10) {
            tree = tree.with(Arrays.copyOf(key, length), length);
        }
        int count = tree.size();
        var cursor = tree.cursor(ALL);
        int found = 0;
        while (cursor.advance()) {
            found++;
        }
        assertEquals(count, found);
        assertEquals(depth, tree.get(key));
        assertArrayEquals(new byte[1], firstKey(tree));
        assertEquals(1, tree.withoutPrefix(new byte[2]).size());
        assertEquals(count - 1, tree.without(key).size());
    }

    private static byte[] firstKey(RadixTree<Integer> tree) {
        var cursor = tree.cursor(ALL);
        assertTrue(cursor.advance());
        return cursor.key();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
