package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole sessions under schedules drawn from a seed, on links of the [Sim]. `-Djyamux.seed=N` repeats one schedule,
/// `-Djyamux.schedules=N` makes that many.
@ExtendWith(Leaks.class)
@Timeout(120)
class ScheduleTest {
    private static final Long SEED = Long.getLong("jyamux.seed");
    private static final int SCHEDULES = Integer.getInteger("jyamux.schedules", 150);

    private static void schedules(int share, Sim.Body body) {
        if (SEED != null) {
            Sim.run(SEED, body);
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < Math.max(1, SCHEDULES / share); i++) {
            Sim.run(first + i, body);
        }
    }

    @ParameterizedTest
    @CsvSource({"1024, 0", "1024, 10", "65536, 200", "1048576, 200", "10240, 1"})
    @DisplayName("D15, D17, B01, B02, B03: streams saturated both ways, with pings, over links of 1 KiB and of 200 ms")
    void saturatesSmallAndSlowLinks(int capacity, int millis) {
        int length = capacity < 65_536 ? 300_000 : 700_000;
        schedules(50, sim -> {
            try (Pair pair = new Pair(sim.link(capacity, Duration.ofMillis(millis)), Settings.QUIET, Settings.QUIET,
                    sim.clock())) {
                List<Task<Void>> all = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Pair.Ends stream = pair.open();
                    for (Stream end : List.of(stream.client(), stream.server())) {
                        all.add(Task.run(() -> {
                            Load.write(end.output(), length, 50_000);
                            end.finishWriting();
                        }));
                        all.add(Task.run(() -> Load.readToTheEnd(end.input(), length)));
                    }
                }
                for (Session side : List.of(pair.client, pair.server)) {
                    all.add(Task.run(() -> {
                        for (int i = 0; i < 5; i++) {
                            assertTrue(side.ping().toMillis() >= 2L * millis);
                        }
                    }));
                }
                for (Task<Void> one : all) {
                    one.get();
                }
                assertEquals(0, pair.client.openStreams());
                assertEquals(0, pair.server.openStreams());
            }
        });
    }

    @Test
    @DisplayName("D15, B53: a link that moves 5 KiB in a second is slow, but it does not stand still: nothing times out")
    void carriesOverAVerySlowLink() {
        schedules(150, sim -> {
            Wire.Ends link = sim.link(1_024, Duration.ofMillis(200));
            try (Pair pair = new Pair(link, Settings.QUIET, Settings.QUIET, sim.clock()); Pair.Ends stream = pair.open()) {
                Task<Void> writing = Task.run(() -> Load.write(stream.client().output(), 400_000));
                Load.read(stream.server().input(), 400_000);
                writing.get();
            }
        });
    }

    @Test
    @DisplayName("K13, B44: the round trip of a ping over a link of 200 ms each way is 400 ms, idle and under load")
    void measuresTheRoundTrip() {
        schedules(50, sim -> {
            Wire.Ends link = sim.link(1 << 20, Duration.ofMillis(200));
            try (Pair pair = new Pair(link, Settings.QUIET, Settings.QUIET, sim.clock())) {
                assertEquals(Duration.ofMillis(400), pair.client.ping());
                Pair.Ends stream = pair.open();
                Task<Void> writing = Task.run(() -> {
                    Load.write(stream.client().output(), 1 << 20);
                    stream.client().finishWriting();
                });
                Task<Void> reading = Task.run(() -> Load.readToTheEnd(stream.server().input(), 1 << 20));
                for (int i = 0; i < 3; i++) {
                    Duration time = pair.client.ping();
                    assertTrue(time.toMillis() >= 400 && time.toMillis() <= 800, time::toString);
                }
                writing.get();
                reading.get();
                stream.close();
            }
        });
    }

    /// What a stream may come to.
    private record Fate(long received, Throwable end) {
        boolean clean() {
            return end == null;
        }
    }

    @Test
    @DisplayName("C01, C07, B05: finish, reset, close, stop reading, session end in random orders: legal endings, once each")
    void endsLegally() {
        schedules(1, sim -> {
            Random random = sim.random();
            Wire.Ends link = sim.link(1 << random.nextInt(8, 18), Duration.ofMillis(random.nextInt(3)));
            AtomicInteger ends = new AtomicInteger();
            SessionConfig config = Settings.QUIET.withObserver(new SessionObserver() {
                @Override
                public void ended(SessionClosed reason) {
                    ends.incrementAndGet();
                }
            });
            try (Pair pair = new Pair(link, config, config, sim.clock())) {
                List<Task<Void>> actors = new ArrayList<>();
                int streams = random.nextInt(1, 6);
                for (int i = 0; i < streams; i++) {
                    Pair.Ends ends2 = pair.open();
                    actors.add(Task.run(() -> script(sim, ends2.client(), ends2.server())));
                }
                if (random.nextInt(4) == 0) {
                    Session victim = random.nextBoolean() ? pair.client : pair.server;
                    actors.add(Task.run(() -> {
                        sim.clock().sleepUntil(sim.clock().nanos() + random.nextInt(5_000_000));
                        if (random.nextBoolean()) {
                            victim.abort();
                        } else {
                            victim.close();
                        }
                    }));
                }
                for (Task<Void> actor : actors) {
                    actor.get();
                }
                if (pair.client.isOpen() && pair.server.isOpen()) {
                    pair.client.ping();
                    pair.server.ping(); // whatever was said has been heard
                    pair.client.ping();
                    assertEquals(0, pair.client.openStreams(), "streams left at the client");
                    assertEquals(0, pair.server.openStreams(), "streams left at the server");
                }
            }
            Task.until(() -> ends.get() == 2);
        });
    }

    /// Both ends of one stream do random things, and are ended for good.
    private static void script(Sim sim, Stream client, Stream server) throws Exception {
        AtomicInteger aborts = new AtomicInteger();
        client.onAbort(aborts::incrementAndGet);
        List<Task<Fate>> reading = new ArrayList<>();
        List<Task<Written>> writing = new ArrayList<>();
        for (Stream end : List.of(client, server)) {
            writing.add(Task.of(() -> write(sim, end)));
            reading.add(Task.of(() -> read(sim, end)));
        }
        boolean[] closed = new boolean[2];
        int victim = sim.random().nextInt(2);
        closed[victim] = meddle(sim, victim == 0 ? client : server);
        Written[] written = {writing.get(0).get(), writing.get(1).get()};
        for (int i = 0; i < 2; i++) {
            Fate fate = reading.get(i).get();
            Written sent = written[1 - i];
            assertTrue(fate.received <= sent.most, "more was received than sent");
            if (fate.clean()) {
                assertTrue(fate.received >= sent.least, "a clean end before all that was sent");
                assertTrue(sent.finished || closed[1 - i], "a clean end of what was not finished");
            }
        }
        client.close();
        server.close();
        assertTrue(aborts.get() <= 1, "an abort was told twice");
    }

    /// How much was written: of a write that failed a part may have gone.
    private record Written(long least, long most, boolean finished) {}

    private static Written write(Sim sim, Stream stream) throws IOException {
        long done = 0;
        try {
            for (int i = sim.random().nextInt(8); i > 0; i--) {
                int length = 1 << sim.random().nextInt(0, 19);
                stream.output().write(Load.bytes(done, length));
                done += length;
                sim.pause();
            }
            stream.finishWriting();
            return new Written(done, done, true);
        } catch (StreamFinished | StreamReset | SessionClosed e) {
            return new Written(done, done + (1 << 19), false);
        }
    }

    private static Fate read(Sim sim, Stream stream) throws IOException {
        long done = 0;
        byte[] buffer = new byte[1 << sim.random().nextInt(4, 17)];
        try {
            for (int count = stream.input().read(buffer); count >= 0; count = stream.input().read(buffer)) {
                byte[] expected = Load.bytes(done, count);
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != expected[i]) {
                        throw new AssertionError("byte " + (done + i) + " is wrong");
                    }
                }
                done += count;
                sim.pause();
            }
            return new Fate(done, null);
        } catch (StreamReset | StreamFinished | SessionClosed e) {
            return new Fate(done, e);
        }
    }

    /// {@return whether it has closed the stream}
    private static boolean meddle(Sim sim, Stream stream) throws InterruptedException {
        Random random = sim.random();
        sim.clock().sleepUntil(sim.clock().nanos() + random.nextInt(3_000_000));
        sim.pause();
        int how = random.nextInt(8);
        switch (how) {
            case 0 -> stream.reset();
            case 1 -> stream.close();
            case 2 -> stream.stopReading();
            case 3 -> {
                stream.close();
                stream.reset();
            }
            default -> { } // in order
        }
        return how == 1 || how == 3;
    }
}
