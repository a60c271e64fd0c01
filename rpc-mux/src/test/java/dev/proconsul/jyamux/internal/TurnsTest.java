package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
            int room = turns.room(place, size);
            assertEquals(called, room > 0, "room for those whose turn it is");
            if (called) {
                turns.spent(place, room);
                turns.leave(place);
                size += room;
            }
        }
        assertTrue(size <= LIMIT, size + " bytes in a round of " + LIMIT);
        assertTrue(streams < 4 || size == LIMIT, size + " bytes are less than a full round");
    }

    private Turns.Place waits() {
        Turns.Place place = new Turns.Place();
        turns.join(place);
        return place;
    }

    @Test
    @DisplayName("P02: who has sent more than others waits behind them, but not for ever behind ever new ones")
    void servesWhoHasSentLeast() {
        Turns.Place much = new Turns.Place();
        for (int i = 0; i < 1_000; i++) {
            turns.spent(much, turns.room(much, 0)); // at a time when nobody had to wait
            turns.nextRound();
        }
        turns.join(much);
        int rounds = 0;
        for (; !much.called(); rounds++) {
            List<Turns.Place> others = Stream.generate(this::waits).limit(LIMIT / TURN).toList(); // enough for a round
            turns.nextRound();
            others.stream().filter(Turns.Place::called).forEach(other -> {
                turns.spent(other, TURN);
                turns.leave(other);
            });
            assertTrue(rounds < 10, rounds + " rounds");
        }
        assertTrue(rounds > 1, rounds + " rounds");
    }
}
