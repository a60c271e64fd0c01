package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.Watch.Update;
import dev.proconsul.rpc.client.internal.StillTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final ScriptedSource source = new ScriptedSource();
    private final StillTime time = new StillTime();
    private final List<Watch<?>> opened = new ArrayList<>();

    private Watch<String> open() {
        var watch = Watch.start(source, WatchOptions.DEFAULT, time);
        opened.add(watch);
        return watch;
    }

    @AfterEach
    void everyThreadEnds() throws Exception {
        for (var watch : opened) {
            watch.close();
            assertTrue(source.freed.await(10, TimeUnit.SECONDS));
        }
    }

    private static Update<String> update(String value, long index) {
        return new Update<>(value, index, Watch.Mode.BLOCKING_QUERY);
    }

    private static <V> V take(BlockingQueue<V> queue) throws InterruptedException {
        var next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    @Test
    @DisplayName("next() has the present value first, then each that differs from the last")
    void next() throws Exception {
        source.answer("a", 5);
        var watch = open();
        assertEquals(update("a", 5), watch.next());
        source.answer("a", 6);
        source.unchanged(7);
        source.answer("b", 8);

        assertEquals(update("b", 8), watch.next());
        source.awaitQuestion();
        source.awaitQuestion();
        assertEquals(List.of(0L, 5L, 6L, 7L, 8L), source.asked);
        assertEquals(Optional.empty(), watch.next(Duration.ofMillis(1)));
    }

    @Test
    @DisplayName("who looks seldom sees the latest value")
    void latest() throws Exception {
        var watch = open();
        assertEquals(Optional.empty(), watch.latest());
        assertEquals(Optional.empty(), watch.age());
        assertInstanceOf(WatchState.Starting.class, watch.state());
        source.awaitQuestion();
        source.answer("a", 5);
        source.answer("b", 6);
        source.answer("c", 7);
        assertEquals("c", lastOf(watch, 7).value());
        assertEquals(Optional.of(Duration.ZERO), watch.age());
    }

    private Update<String> lastOf(Watch<String> watch, long index) throws Exception {
        var update = watch.next();
        while (update.index() != index) {
            update = watch.next();
        }
        return update;
    }

    @Test
    @DisplayName("while the server does not answer the value stays, and its age grows")
    void failing() throws Exception {
        source.answer("a", 50);
        var watch = open();
        watch.next();
        source.awaitQuestion();
        var states = new LinkedBlockingQueue<WatchState>();
        watch.listen(new WatchListener<>() {
            @Override
            public void changed(Update<String> update) {}

            @Override
            public void stateChanged(WatchState state) {
                states.add(state);
            }
        });
        assertInstanceOf(WatchState.Live.class, take(states));

        source.fail("gone 1");
        source.fail("gone 2");
        source.fail("gone 3");
        for (int i = 1; i <= 3; i++) {
            var failing = assertInstanceOf(WatchState.Failing.class, take(states));
            assertEquals("gone " + i, failing.reason().getMessage());
            assertEquals(i, failing.failures());
            assertEquals(Duration.ofMillis(i == 1 ? 0 : i == 2 ? 200 : 400), failing.pause());
        }
        source.awaitQuestion();
        assertEquals(Optional.of(Duration.ofMillis(600)), watch.age());
        assertEquals(Optional.of(update("a", 50)), watch.latest());

        source.answer("a", 3);
        assertInstanceOf(WatchState.Live.class, take(states));
        assertEquals(Optional.of(Duration.ZERO), watch.age());
        source.answer("b", 4);
        assertEquals(update("b", 4), watch.next());
        assertEquals(List.of(0L, 50L, 0L, 0L, 0L, 3L), source.asked.subList(0, 6));
    }

    @Test
    @DisplayName("a fault of the program is shown like a failure, and the watch goes on")
    void fault() throws Exception {
        source.fault(new IllegalStateException("a bug"));
        source.answer("a", 5);
        assertEquals(update("a", 5), open().next());
    }

    @Test
    @DisplayName("calls.md 4.7, 7.2: a token that is gone ends the watch, and everybody hears of it; other refusals pass")
    void refusedForGood() throws Exception {
        source.refuse("No cluster leader");
        source.refuse("Permission denied");
        source.answer("a", 5);
        var watch = open();
        assertEquals(update("a", 5), watch.next());
        source.awaitQuestion();
        var subscriber = new Subscriber(Long.MAX_VALUE);
        watch.subscribe(subscriber);
        assertEquals("a", take(subscriber.seen));
        var waiting = new FutureTask<>(watch::next);
        Thread.startVirtualThread(waiting);

        source.refuse("rpc error making call: ACL not found");

        assertEquals("error rpc error making call: ACL not found", take(subscriber.seen));
        assertEquals("rpc error making call: ACL not found",
                assertThrows(CallException.Refused.class, watch::next).getMessage());
        assertInstanceOf(CallException.Refused.class,
                assertThrows(Exception.class, () -> waiting.get(10, TimeUnit.SECONDS)).getCause());
        assertTrue(assertInstanceOf(WatchState.Ended.class, watch.state()).cause().isPresent());
        assertEquals(Optional.of(update("a", 5)), watch.latest());
        var values = watch.iterator();
        assertEquals("a", values.next().value());
        assertThrows(CompletionException.class, values::hasNext);
    }

    @Test
    @DisplayName("no error of the machine ends a watch in silence")
    void error() throws Exception {
        source.fault(new StackOverflowError("deep"));
        var watch = open();
        var end = assertThrows(IllegalStateException.class, watch::next);
        assertInstanceOf(StackOverflowError.class, end.getCause());
    }

    @Test
    @DisplayName("closing interrupts the question, frees the source, and ends iterators and subscribers in order")
    void closing() throws Exception {
        source.answer("a", 5);
        var watch = open();
        var values = watch.iterator();
        assertTrue(values.hasNext());
        assertEquals("a", values.next().value());
        source.awaitQuestion();
        var subscriber = new Subscriber(Long.MAX_VALUE);
        watch.subscribe(subscriber);
        assertEquals("a", take(subscriber.seen));

        watch.close();
        watch.close();

        assertTrue(source.interrupted.await(10, TimeUnit.SECONDS));
        assertFalse(values.hasNext());
        assertEquals("complete", take(subscriber.seen));
        assertEquals(update("a", 5), watch.next());
        assertThrows(IllegalStateException.class, watch::next);
        assertEquals(new WatchState.Ended(Optional.empty()), watch.state());
        var late = new Subscriber(Long.MAX_VALUE);
        watch.subscribe(late);
        assertEquals("a", take(late.seen));
        assertEquals("complete", take(late.seen));
    }

    @Test
    @DisplayName("a watch whose client was closed has ended, too")
    void clientClosed() throws Exception {
        var watch = open();
        source.awaitQuestion();
        source.clientClosed = true;
        source.fail("the client was closed");
        assertThrows(IllegalStateException.class, watch::next);
    }

    @Test
    @DisplayName("an iterator keeps the mark of an interrupt; the watch goes on")
    void interruptedReader() throws Exception {
        source.answer("a", 5);
        var watch = open();
        watch.next();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, watch::next);
        var values = watch.iterator();
        assertEquals("a", values.next().value());
        Thread.currentThread().interrupt();
        assertThrows(CompletionException.class, values::hasNext);
        assertTrue(Thread.interrupted());
        source.answer("b", 6);
        assertEquals(update("b", 6), watch.next());
    }

    @Test
    @DisplayName("a listener that throws, waits, or closes the watch does no harm")
    void badListener() throws Exception {
        source.answer("a", 5);
        var watch = open();
        watch.next();
        source.awaitQuestion();
        var told = new LinkedBlockingQueue<String>();
        watch.listen(update -> {
            throw new IllegalArgumentException("thrown by the test");
        });
        watch.listen(update -> told.add(update.value()));
        assertEquals("a", take(told));
        var mayGoOn = new CountDownLatch(1);
        watch.listen(update -> {
            if (update.value().equals("b")) {
                Thread.currentThread().interrupt(); // a mark of its own, which means nothing to the watch
            } else if (update.value().equals("c")) {
                watch.close();
                mayGoOn.countDown();
            }
        });
        source.answer("b", 6);
        assertEquals("b", take(told));
        source.answer("c", 7);
        assertEquals("c", take(told));
        assertTrue(mayGoOn.await(10, TimeUnit.SECONDS));
        assertTrue(source.freed.await(10, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("a subscriber gets what he requests, and of what he missed the latest")
    void backPressure() throws Exception {
        source.answer("a", 5);
        var watch = open();
        watch.next();
        var subscriber = new Subscriber(0);
        watch.subscribe(subscriber);
        source.answer("b", 6);
        watch.next();
        source.answer("c", 7);
        watch.next();
        source.awaitQuestion();

        subscriber.subscription().request(1);
        assertEquals("c", take(subscriber.seen));
        source.answer("d", 8);
        watch.next();
        source.answer("e", 9);
        watch.next();
        subscriber.subscription().request(2);
        assertEquals("e", take(subscriber.seen));
        source.answer("f", 10);
        assertEquals("f", take(subscriber.seen));
        subscriber.subscription().cancel();
        source.answer("g", 11);
        watch.next();
        watch.close();
        assertTrue(source.freed.await(10, TimeUnit.SECONDS));
        assertTrue(subscriber.seen.isEmpty());
    }

    @Test
    @DisplayName("a subscriber who requests nothing at all is told what is wrong; one who throws is left alone")
    void badSubscribers() throws Exception {
        source.answer("a", 5);
        var watch = open();
        watch.next();
        var none = new Subscriber(0);
        watch.subscribe(none);
        none.subscription().request(0);
        assertEquals("error a subscriber must request more than zero", take(none.seen));
        watch.subscribe(new Subscriber(Long.MAX_VALUE) {
            @Override
            public void onNext(Update<String> item) {
                throw new IllegalArgumentException("thrown by the test");
            }
        });
        source.answer("b", 6);
        assertEquals(update("b", 6), watch.next());
    }

    @Test
    @DisplayName("mode() says where values come from, also when that changes")
    void mode() throws Exception {
        source.answer("a", 5);
        var watch = open();
        assertEquals(Watch.Mode.BLOCKING_QUERY, watch.next().mode());
        source.awaitQuestion();
        source.mode = Watch.Mode.STREAM;
        source.answer("b", 6);
        assertEquals(Watch.Mode.STREAM, watch.next().mode());
        assertEquals(Watch.Mode.STREAM, watch.mode());
    }
}
