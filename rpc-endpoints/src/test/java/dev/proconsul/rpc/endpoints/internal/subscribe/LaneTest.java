package dev.proconsul.rpc.endpoints.internal.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LaneTest {
    private final Lane lane = new Lane();
    private final Executor threads = task -> Thread.ofVirtual().start(task);

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takesAllTurnsThatWaitOnOneThread() {
        var begun = new CountDownLatch(1);
        var all = new CountDownLatch(100);
        Set<Thread> threadsSeen = Collections.synchronizedSet(new HashSet<>());
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        lane.add(() -> await(begun));
        for (int i = 0; i < 100; i++) {
            int turn = i;
            lane.add(() -> {
                threadsSeen.add(Thread.currentThread());
                order.add(turn);
                all.countDown();
            });
        }
        begun.countDown();
        await(all);
        assertEquals(1, threadsSeen.size());
        assertEquals(IntStream.range(0, 100).boxed().toList(), order);
    }

    @Test
    void takesEachOfTheTurnsThatManyThreadsAdd() throws InterruptedException {
        int adders = 8;
        int each = 2_000;
        var all = new CountDownLatch(adders * each);
        var started = new ArrayList<Thread>();
        for (int i = 0; i < adders; i++) {
            started.add(Thread.ofPlatform().start(() -> {
                for (int turn = 0; turn < each; turn++) {
                    lane.add(all::countDown);
                }
            }));
        }
        for (var thread : started) {
            thread.join();
        }
        await(all);
    }

    @Test
    void putsOffWritesUntilTurnsAreOver() {
        var gathering = Lane.gathering(threads);
        var begun = new CountDownLatch(1);
        var written = new CountDownLatch(2);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Executor inTheTurnsThread = task -> {
            order.add("write");
            task.run();
        };
        var direct = Lane.gathering(inTheTurnsThread);
        lane.add(() -> await(begun));
        for (int i = 0; i < 2; i++) {
            lane.add(() -> {
                direct.execute(written::countDown);
                order.add("turn");
            });
        }
        begun.countDown();
        await(written);
        assertEquals(List.of("turn", "turn", "write", "write"), order);
        var outside = new CompletableFuture<Thread>();
        gathering.execute(() -> outside.complete(Thread.currentThread()));
        assertNotEquals(Thread.currentThread(), outside.orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void letsTheFirstOfManyWriteBeforeTheLastOnesTurn() {
        var direct = Lane.gathering(Runnable::run);
        var begun = new CountDownLatch(1);
        var all = new CountDownLatch(1_000);
        List<Integer> writtenAt = Collections.synchronizedList(new ArrayList<>());
        lane.add(() -> await(begun));
        for (int i = 0; i < 1_000; i++) {
            int turn = i;
            lane.add(() -> {
                if (turn == 0) {
                    direct.execute(() -> writtenAt.add((int) all.getCount()));
                }
                all.countDown();
            });
        }
        begun.countDown();
        await(all);
        assertTrue(writtenAt.getFirst() > 900, () -> "at " + writtenAt);
    }

    @Test
    void goesOnAfterAWriteThatCannotBegin() {
        var full = Lane.gathering(_ -> {
            throw new RejectedExecutionException("a fault that the test has asked for");
        });
        var direct = Lane.gathering(Runnable::run);
        var written = new CompletableFuture<Thread>();
        lane.add(() -> {
            full.execute(() -> { });
            direct.execute(() -> written.complete(Thread.currentThread()));
        });
        written.orTimeout(10, TimeUnit.SECONDS).join();
        var after = new CompletableFuture<Thread>();
        lane.add(() -> after.complete(Thread.currentThread()));
        after.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void goesOnAfterAFault() {
        var after = new CompletableFuture<Thread>();
        var before = new CompletableFuture<Thread>();
        var begun = new CountDownLatch(1);
        lane.add(() -> {
            await(begun);
            before.complete(Thread.currentThread());
            throw new IllegalStateException("a fault that the test has asked for");
        });
        lane.add(() -> after.complete(Thread.currentThread()));
        begun.countDown();
        assertSame(before.orTimeout(10, TimeUnit.SECONDS).join(), after.orTimeout(10, TimeUnit.SECONDS).join());
    }
}
