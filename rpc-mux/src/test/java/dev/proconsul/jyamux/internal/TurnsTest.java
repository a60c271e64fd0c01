package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may put how much into a round, after all of them had to wait for it.
class TurnsTest {
    private static final int LIMIT = 262_144;
    private static final int FRAME = 65_536;
    private static final int LEAST = 16_384;

    private final Turns turns = new Turns(LIMIT, FRAME);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 15, 16, 17, 100})
    @DisplayName("However many have their turn, a round does not grow beyond its limit, and each of them finds room")
    void staysWithinTheLimit(int streams) {
        List<Turns.Place> waiting = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            Turns.Place place = new Turns.Place();
            assertEquals(0, turns.room(place, LIMIT), "a full round has no room");
            turns.join(place, FRAME);
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
        assertTrue(streams < 4 || size > LIMIT - LEAST, size + " bytes are less than a full round");
    }

    private Turns.Place waits(int wanted) {
        Turns.Place place = new Turns.Place();
        turns.join(place, wanted);
        return place;
    }

    private static long called(List<Turns.Place> places) {
        return places.stream().filter(Turns.Place::called).count();
    }

    private int room(List<Turns.Place> places) {
        return places.stream().mapToInt(place -> turns.room(place, 0)).sum();
    }

    @Test
    @DisplayName("Who wants much has a frame for its turn, who wants little has less of the round")
    void keepsWhatIsWanted() {
        List<Turns.Place> small = Stream.generate(() -> waits(100)).limit(4).toList();
        List<Turns.Place> large = Stream.generate(() -> waits(1_000_000)).limit(4).toList();

        turns.nextRound();

        assertEquals(4, called(small));
        assertEquals(4 * LEAST, room(small));
        assertEquals(3, called(large));
        assertEquals(3 * FRAME, room(large));
    }

    @Test
    @DisplayName("The last turn of a round is what is left of it, but no small piece")
    void cutsNoSmallPieces() {
        List<Turns.Place> waiting = Stream.generate(() -> waits(50_000)).limit(5).toList();
        List<Turns.Place> then = List.of(waits(FRAME), waits(100));

        turns.nextRound();

        assertEquals(5, called(waiting)); // 12,144 bytes are left
        assertEquals(0, called(then));
        turns.forgo(waiting.getFirst(), 0);
        assertEquals(1, called(then));
        assertEquals(LIMIT - 4 * 50_000, room(then));
    }

    @Test
    @DisplayName("A turn that is not used is another's, and one that is used is over")
    void endsTurns() {
        List<Turns.Place> waiting = Stream.generate(() -> waits(FRAME)).limit(5).toList();
        turns.nextRound();
        assertEquals(4, called(waiting));

        turns.spent(waiting.getFirst(), 100);
        assertEquals(3, called(waiting));
        turns.forgo(waiting.get(1), 100);
        assertEquals(3, called(waiting.subList(2, 5)), "the fifth has what those two have left");
        waits(FRAME);
        turns.forgo(waiting.get(1), 100);
        assertEquals(3, called(waiting), "what is given back twice");
        assertEquals(FRAME, turns.room(waiting.get(2), 100));
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 65536", "8, 4, 65536", "16, 8, 32768", "32, 16, 16384", "500, 16, 16384"})
    @DisplayName("Where many wait who want much, turns are smaller, so that who comes last is served soon")
    void dividesAmongMany(int waiting, int turnsOfARound, int turn) {
        List<Turns.Place> all = Stream.generate(() -> waits(1_000_000)).limit(waiting).toList();

        turns.nextRound();

        List<Turns.Place> called = all.stream().filter(Turns.Place::called).toList();
        assertEquals(Math.min(waiting, turnsOfARound), called.size());
        assertTrue(waiting == 1 || turns.room(called.getFirst(), 0) == turn, () -> turns.room(called.getFirst(), 0) + " bytes");
    }

    @Test
    @DisplayName("A round with room for one frame has turns for four streams, not one who may hold up all")
    void dividesSmallRounds() {
        Turns small = new Turns(FRAME, FRAME);
        List<Turns.Place> all = Stream.generate(Turns.Place::new).limit(4).toList();
        all.forEach(place -> small.join(place, FRAME));

        small.nextRound();

        assertEquals(4, called(all));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1024, 1024", "1024, 100", "65536, 65536", "262144, 262144", "1073741824, 262144"})
    @DisplayName("Whatever the limits, those who wait get their turns, and no round is larger")
    void servesAllAtAnyLimit(int limit, int frame) {
        Turns own = new Turns(limit, frame);
        List<Turns.Place> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Turns.Place place = new Turns.Place();
            own.join(place, i % 2 == 0 ? 1 : Integer.MAX_VALUE);
            waiting.add(place);
        }
        for (int rounds = 0; !waiting.isEmpty(); rounds++) {
            assertTrue(rounds < 20, rounds + " rounds");
            own.nextRound();
            List<Turns.Place> next = waiting.stream().filter(Turns.Place::called).toList();
            int size = 0;
            for (Turns.Place place : next) {
                int room = own.room(place, size);
                size += room;
                own.spent(place, room);
                own.leave(place);
            }
            assertTrue(size <= limit && size > 0, size + " bytes");
            waiting.removeAll(next);
        }
    }

    /// @param first rounds that a stream waits at most which is as new as all others: until each of them had one turn
    /// @param then  the same for its later messages, when it has sent least: the next round, unless very many wait
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1", "3, 1, 1", "4, 2, 1", "7, 2, 1", "15, 2, 1", "31, 2, 2", "32, 3, 3", "100, 7, 7", "500, 32, 32",
    })
    @DisplayName("P01: a small message leaves in the next round, or after one turn of each of very many that have ever more to send")
    void letsSmallMessagesThrough(int bulk, int first, int then) {
        List<Turns.Place> sending = Stream.generate(() -> waits(FRAME)).limit(bulk).toList();
        Turns.Place small = new Turns.Place();
        for (int message = 0; message < 200; message++) {
            turns.join(small, 64);
            int rounds = 0;
            do {
                turns.nextRound();
                rounds++;
                int size = 0;
                for (Turns.Place place : sending.stream().filter(Turns.Place::called).toList()) {
                    int room = turns.room(place, size);
                    size += room;
                    turns.spent(place, room);
                    turns.leave(place);
                    turns.join(place, FRAME);
                }
            } while (!small.called());
            assertTrue(rounds <= (message == 0 ? first : then), rounds + " rounds for message " + message);
            turns.spent(small, 64);
            turns.leave(small);
        }
    }

    @Test
    @DisplayName("P02: who has sent more than others waits behind them, but not for ever behind ever new ones")
    void servesWhoHasSentLeast() {
        Turns.Place much = new Turns.Place();
        for (int i = 0; i < 1_000; i++) {
            turns.spent(much, turns.room(much, 0)); // at a time when nobody had to wait
            turns.nextRound();
        }
        turns.join(much, FRAME);
        int rounds = 0;
        for (; !much.called(); rounds++) {
            // enough for a round
            List<Turns.Place> others = Stream.generate(() -> waits(FRAME)).limit(LIMIT / FRAME).toList();
            turns.nextRound();
            others.stream().filter(Turns.Place::called).forEach(other -> {
                turns.spent(other, FRAME);
                turns.leave(other);
            });
            assertTrue(rounds < 10, rounds + " rounds");
        }
        assertTrue(rounds > 1, rounds + " rounds");
    }
}
