package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Which buffers a round takes.
class RoundTest {
    private static final int FRAME = 65_536;

    private final List<Integer> made = new ArrayList<>();
    private final BufferPool pool = new BufferPool(size -> {
        made.add(size);
        return ByteBuffer.allocate(size);
    });
    private final Round round = new Round(pool);

    private ByteBuffer take(int frames) {
        for (int i = 0; i < frames; i++) {
            round.data(1, new byte[FRAME], 0, FRAME);
        }
        return round.take();
    }

    @Test
    @DisplayName("A round like those before it has room for all its frames from the beginning, so that none is copied")
    void takesWhatItWillNeed() {
        take(3);
        pool.take(131_072); // what the first round had before it grew
        made.clear();

        take(1);
        take(3);

        assertEquals(List.of(262_144, 262_144), made);
    }

    @Test
    @DisplayName("A small frame takes a small buffer, be the rounds before it as large as they may")
    void staysSmall() {
        take(3);
        made.clear();

        round.data(1, new byte[100], 0, 100);
        round.take();

        assertEquals(List.of(512), made);
    }

    @Test
    @DisplayName("When rounds have become smaller, the buffers do so after a while")
    void shrinks() {
        take(3);
        int rounds = 0;
        for (int size = 0; size != 131_072; rounds++) {
            ByteBuffer taken = take(1);
            size = taken.capacity();
            assertTrue(rounds < 100);
            pool.give(taken);
        }
        assertEquals(8, rounds);
    }

    @Test
    @DisplayName("A round that began with a small frame grows at once to the usual size")
    void growsAtOnce() {
        take(3);
        pool.take(131_072);
        made.clear();

        round.data(1, new byte[100], 0, 100);
        take(3);

        assertEquals(List.of(512, 262_144), made);
    }

    @Test
    @DisplayName("The buffer of a round of nearly two MiB, as a large outputBuffer allows, is used again")
    void usesLargeBuffersAgain() {
        ByteBuffer large = take(30);
        assertEquals(2 << 20, large.capacity());
        pool.give(large);

        assertSame(large, take(1));
    }

    @Test
    @DisplayName("After larger rounds than the pool has buffers for, one frame does not take a buffer like theirs")
    void expectsNoMoreThanThePoolKeeps() {
        take(100);
        made.clear();

        assertEquals(2 << 20, take(1).capacity());
    }
}
