package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final Deque<Object> answers = new ArrayDeque<>();
    private final List<Long> asked = new ArrayList<>();
    private final Watch<String> watch = new Watch<>(this::ask);

    private Watch.Answer<String> ask(long index, Duration wait) throws CallException {
        asked.add(index);
        assertEquals(Duration.ofMinutes(5), wait);
        if (answers.removeFirst() instanceof Watch.Answer<?>(Object value, long at)) {
            return new Watch.Answer<>(String.valueOf(value), at);
        }
        throw new CallException.NotSent("gone", new IOException());
    }

    private void answer(String value, long index) {
        answers.add(new Watch.Answer<>(value, index));
    }

    @Test
    void theFirstQuestionDoesNotWaitAndLaterOnesWaitForMore() throws Exception {
        answer("a", 5);
        answer("b", 9);

        assertEquals(new Watch.Answer<>("a", 5), watch.next());
        assertEquals(new Watch.Answer<>("b", 9), watch.next());
        assertEquals(List.of(0L, 5L), asked);
    }

    @Test
    void theSameValueIsNotReported() throws Exception {
        answer("a", 5);
        answer("a", 6);
        answer("a", 6);
        answer("b", 7);

        watch.next();
        assertEquals("b", watch.next().value());
        assertEquals(List.of(0L, 5L, 6L, 6L), asked);
    }

    @Test
    void anIndexThatGoesBackBeginsAnew() throws Exception {
        answer("a", 50);
        answer("b", 3);
        answer("c", 4);

        watch.next();
        assertEquals("b", watch.next().value());
        watch.next();
        assertEquals(List.of(0L, 50L, 0L), asked);
    }

    @Test
    void anIndexOfZeroIsAskedAsOne() throws Exception {
        answer("a", 0);
        answer("b", 1);

        watch.next();
        watch.next();
        assertEquals(List.of(0L, 1L), asked);
    }

    @Test
    void indexesAreUnsigned() throws Exception {
        answer("a", Long.MAX_VALUE);
        answer("b", Long.MIN_VALUE);
        answer("c", -1);

        watch.next();
        watch.next();
        watch.next();
        assertEquals(List.of(0L, Long.MAX_VALUE, Long.MIN_VALUE), asked);
    }

    @Test
    void afterAFailureItReadsWhatIsThereAndReportsOnlyAChange() throws Exception {
        answer("a", 50);
        answers.add("failure");
        answer("a", 3);
        answer("b", 4);

        watch.next();
        assertThrows(CallException.NotSent.class, watch::next);
        assertEquals("b", watch.next().value());
        assertEquals(List.of(0L, 50L, 0L, 3L), asked);
    }
}
