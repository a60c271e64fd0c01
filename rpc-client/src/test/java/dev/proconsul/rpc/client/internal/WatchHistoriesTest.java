package dev.proconsul.rpc.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.WatchState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Random histories of a server against the rules, on a clock of the test: writes, deletions, unrelated writes, restored
/// states with lower indexes, restarts, outages, indexes of 0.
class WatchHistoriesTest {
    private static final int HISTORIES = 3_000;
    private static final int EVENTS = 25;
    private static final WatchOptions OPTIONS = WatchOptions.DEFAULT;
    private static final long PATIENCE = OPTIONS.patience().toNanos();
    private static final long LONGEST_PAUSE = 2 * OPTIONS.longestPause().toNanos();

    /// A server, its clock, and what is asked of it.
    private static final class Model implements WatchSource<Optional<String>>, WatchTime {
        final Random random;
        final WatchBoard<Optional<String>> board = new WatchBoard<>();
        final List<Optional<String>> told = new ArrayList<>();
        long now;
        long nextEvent;
        long downUntil;
        long quietSince;
        int eventsLeft = EVENTS;
        long index;
        Optional<String> value = Optional.empty();
        boolean abandoned;

        long questions;
        long failures;
        long expected;
        boolean expectZero = true;

        Model(long seed) {
            random = new Random(seed);
            index = random.nextInt(3);
            nextEvent = someTime();
            board.add(new ListenerOutlet<>(board, update -> told.add(update.value())));
        }

        private long someTime() {
            return (long) (Duration.ofSeconds(400).toNanos() * Math.pow(random.nextDouble(), 4));
        }

        /// Lets time go by, and things happen.
        private void until(long time) {
            while (eventsLeft > 0 && nextEvent <= time) {
                now = Math.max(now, nextEvent);
                happen();
                eventsLeft--;
                quietSince = Math.max(now, downUntil);
                nextEvent = now + someTime();
                if (abandoned) {
                    return;
                }
            }
            now = Math.max(now, time);
        }

        private void happen() {
            switch (random.nextInt(7)) {
                case 0, 1 -> write(Optional.of("v" + random.nextInt(4)));
                case 2 -> write(Optional.empty());
                case 3 -> index += 1 + random.nextInt(3); // of something else, in the same table
                case 4 -> {
                    index = random.nextInt((int) Math.max(1, index)); // 0 is possible
                    value = Optional.of("restored" + random.nextInt(4));
                    abandoned = true;
                }
                case 5 -> downUntil = now + someTime();
                default -> abandoned = true; // leaves, and is back at once
            }
        }

        private void write(Optional<String> newValue) {
            index++;
            value = newValue;
        }

        @Override
        public Reading<Optional<String>> read(long asked, Duration wait) throws CallException {
            if (eventsLeft == 0 && now > quietSince + 2 * PATIENCE + LONGEST_PAUSE) {
                throw new Quiet();
            }
            checkQuestion(asked);
            questions++;
            until(now + random.nextInt(3_000_000));
            if (now < downUntil) {
                failures++;
                expectZero = true;
                throw new CallException.NotSent("down", new IOException());
            }
            return remembered(asked, answer(asked, wait.toNanos()));
        }

        private Reading<Optional<String>> answer(long asked, long wait) {
            long deadline = now + wait + random.nextLong(wait / 16);
            abandoned = false;
            while (asked != 0 && Long.compareUnsigned(index, asked) <= 0) {
                var before = new Value<>(value, Math.max(1, index));
                long next = eventsLeft > 0 ? Math.min(deadline, nextEvent) : deadline;
                until(next);
                if (abandoned) {
                    return before;
                }
                if (now >= deadline) {
                    break;
                }
            }
            return new Value<>(value, index);
        }

        private void checkQuestion(long asked) {
            assertEquals(expectZero ? 0 : expected, asked);
            assertTrue(questions <= failures + 3 + now / OPTIONS.pace().toNanos(), "asks too often");
        }

        private Reading<Optional<String>> remembered(long asked, Reading<Optional<String>> answer) {
            long present = Math.max(1, answer.index());
            expectZero = asked != 0 && (present < asked || present == asked && now < askedAt() + PATIENCE);
            expected = present;
            return answer;
        }

        private long startedAt;

        private long askedAt() {
            return startedAt;
        }

        @Override
        public long nanoTime() {
            startedAt = now; // the loop looks at the clock just before it asks, and after the answer
            return now;
        }

        @Override
        public void sleep(Duration time) {
            assertTrue(time.toNanos() <= LONGEST_PAUSE, "a pause of " + time);
            until(now + time.toNanos());
            abandoned = false;
        }

        @Override
        public double chance() {
            return random.nextDouble();
        }

        @Override
        public Watch.Mode mode() {
            return Watch.Mode.BLOCKING_QUERY;
        }

        @Override
        public boolean closed() {
            return false;
        }
    }

    /// Nothing happens any more.
    private static final class Quiet extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    @DisplayName("calls.md 10 B1-B5, B8-B13, B17: whatever the history, a watch asks by the rules and ends with the truth")
    void followsEveryHistory() {
        long first = System.nanoTime();
        for (long seed = first; seed < first + HISTORIES; seed++) {
            var model = new Model(seed);
            var name = "seed " + seed;

            new WatchLoop<>(model, OPTIONS, model, model.board).run();

            var end = assertInstanceOf(WatchState.Ended.class, model.board.face().state(), name);
            if (!(end.cause().orElseThrow() instanceof Quiet)) {
                throw new AssertionError(name, end.cause().get());
            }
            assertEquals(model.value, model.told.getLast(), name);
            for (int i = 1; i < model.told.size(); i++) {
                assertNotEquals(model.told.get(i - 1), model.told.get(i), name);
            }
        }
    }
}
