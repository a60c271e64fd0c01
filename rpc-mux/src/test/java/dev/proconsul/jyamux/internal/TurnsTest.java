package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may put how much into a round, after all of them had to wait for it.
class TurnsTest {
    private static final int LIMIT = 262_144;
    private static final int FRAME = 65_536;
    private static final int TURN = 16_384;

    private final Turns turns = new Turns(LIMIT, FRAME);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 15, 16, 17, 100})
    @DisplayName("However many have their turn, a round does not grow beyond its limit, and each of them finds room")
    void staysWithinTheLimit(int streams) {
        List<Turns.Place> waiting = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            Turns.Place place = new Turns.Place();
            assertEquals(0, turns.room(place, LIMIT), "a full round has no room");
            turns.join(place);
            waiting.add(place);
        }
        turns.nextRound();
        int size = 0;
        for (Turns.Place place : waiting) {
            boolean called = place.called();
            assertEquals(called, turns.room(place, size) > 0, "room for those whose turn it is");
            size += turns.take(place, size, LIMIT);
            if (called) {
                turns.leave(place);
            }
        }
        assertTrue(size <= LIMIT, size + " bytes in a round of " + LIMIT);
        assertTrue(streams < 4 || size > LIMIT - FRAME, size + " bytes leave room for a frame");
    }

    private Turns.Place waits() {
        Turns.Place place = new Turns.Place();
        turns.join(place);
        return place;
    }

    @Test
    @DisplayName("P02: small writes fill a turn, which ends with the round")
    void lastsOverSmallWrites() {
        List<Turns.Place> waiting = Stream.generate(this::waits).limit(33).toList();
        turns.nextRound();
        Turns.Place first = waiting.getFirst();
        int size = turns.take(first, 0, 100);
        turns.leave(first);
        size += turns.take(first, size, 1_000);
        assertEquals(1_100, size);
        assertEquals(TURN - 1_100, turns.take(first, size, LIMIT), "what is left of the turn, though others wait");
        assertEquals(0, turns.room(first, TURN), "it is used");
        Turns.Place second = waiting.get(1);
        assertEquals(100, turns.take(second, TURN, 100));
        turns.leave(second);
        turns.nextRound();
        assertEquals(0, turns.room(second, 0), "a new round, and others wait");
    }

    @Test
    @DisplayName("P02: who had a whole frame in a round and still waits comes last in the next, not in this one")
    void waitsBehindTheOthers() {
        Turns.Place much = waits();
        Turns.Place gone = waits();
        turns.nextRound();
        assertEquals(FRAME, turns.take(much, 0, LIMIT));
        turns.leave(much);
        turns.join(much);
        List<Turns.Place> others = Stream.generate(this::waits).limit(16).toList();
        turns.forgo(gone, FRAME);
        assertTrue(others.getFirst().called(), "the turn is the next one's");
        assertFalse(much.called());
        turns.nextRound();
        assertTrue(others.stream().allMatch(Turns.Place::called));
        assertFalse(much.called());
        turns.forgo(others.getFirst(), 0);
        assertTrue(much.called());
    }
}
