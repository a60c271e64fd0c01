package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may put how much into a round, after all of them had to wait for it.
class TurnsTest {
    private static final int LIMIT = 262_144;
    private static final int FRAME = 65_536;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 15, 16, 17, 100})
    @DisplayName("However many have their turn, a round does not grow beyond its limit, and each of them finds room")
    void staysWithinTheLimit(int streams) {
        Turns turns = new Turns(LIMIT, FRAME);
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
}
