package dev.proconsul.jyamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamFinished;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What applications do with sessions, over every kind of connection, from virtual and from platform threads.
@ExtendWith(Leaks.class)
@Timeout(120)
class DataTest {
    /// A kind of connection, and a kind of thread for the applications.
    record Setup(Wire wire, boolean virtual) {
        interface Body {
            void run(Pair pair) throws Exception;
        }

        Task<Void> start(Task.Action work) {
            return Task.run(virtual, work);
        }

        void run(Body body) throws Exception {
            try (Pair pair = new Pair(wire)) {
                start(() -> body.run(pair)).get();
            }
        }

        @Override
        public String toString() {
            return wire + (virtual ? ", virtual threads" : ", platform threads");
        }
    }

    static Stream<Setup> setups() {
        return Arrays.stream(Wire.values()).flatMap(wire -> Stream.of(new Setup(wire, true), new Setup(wire, false)));
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("O01, H01: open, write, accept, echo, finish, end")
    void echoes(Setup setup) throws Exception {
        setup.run(pair -> {
            Load.echo(pair.server);
            try (dev.proconsul.jyamux.Stream stream = pair.client.open()) {
                stream.output().write("hello".getBytes(StandardCharsets.UTF_8));
                stream.finishWriting();
                assertEquals("hello", new String(stream.input().readAllBytes(), StandardCharsets.UTF_8));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D01: 100 streams play ping-pong, 1,000 streams send a message, 100 streams send 100 KiB")
    void carriesManyStreams(Setup setup) throws Exception {
        setup.run(pair -> {
            Load.echo(pair.server);
            all(setup, 100, n -> {
                try (dev.proconsul.jyamux.Stream stream = pair.client.open()) {
                    for (int i = 0; i < 20; i++) {
                        byte[] ping = Load.bytes(n + i, 64);
                        stream.output().write(ping);
                        assertArrayEquals(ping, stream.input().readNBytes(64));
                    }
                }
            });
            all(setup, setup.virtual ? 1_000 : 200, n -> {
                try (dev.proconsul.jyamux.Stream stream = pair.client.open()) {
                    stream.output().write(Load.bytes(n, 100));
                    assertArrayEquals(Load.bytes(n, 100), stream.input().readNBytes(100));
                }
            });
            all(setup, 100, n -> {
                try (dev.proconsul.jyamux.Stream stream = pair.client.open()) {
                    Task<Void> writing = setup.start(() -> {
                        Load.write(stream.output(), 102_400);
                        stream.finishWriting();
                    });
                    Load.readToTheEnd(stream.input(), 102_400);
                    writing.get();
                }
            });
        });
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D01, O12, O13: 1,000 streams at once that finish at once: none is over the peer's backlog")
    void carriesManyShortStreams(Setup setup) throws Exception {
        setup.run(pair -> {
            Load.echo(pair.server);
            all(setup, setup.virtual ? 1_000 : 300, n -> {
                try (dev.proconsul.jyamux.Stream stream = pair.client.open()) {
                    stream.output().write(Load.bytes(n, 100));
                    stream.finishWriting();
                    assertArrayEquals(Load.bytes(n, 100), stream.input().readAllBytes());
                }
            });
        });
    }

    private interface Part {
        void run(int n) throws Exception;
    }

    private static void all(Setup setup, int count, Part part) throws Exception {
        List<Task<Void>> parts = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int number = n;
            parts.add(setup.start(() -> part.run(number)));
        }
        for (Task<Void> one : parts) {
            one.get();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D03: writes and reads of one byte")
    void carriesSingleBytes(Setup setup) throws Exception {
        int length = 5_000;
        setup.run(pair -> {
            try (Pair.Ends stream = pair.open()) {
                Task<Void> writing = setup.start(() -> {
                    Load.write(stream.client().output(), length, 1);
                    stream.client().finishWriting();
                });
                for (byte expected : Load.bytes(length)) {
                    assertEquals(expected, (byte) stream.server().input().read());
                }
                assertEquals(-1, stream.server().input().read());
                writing.get();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D05, D15, B02: writes of more than a window, both ways at once on one stream")
    void carriesMoreThanAWindowBothWays(Setup setup) throws Exception {
        int length = 3 << 20;
        setup.run(pair -> {
            try (Pair.Ends stream = pair.open()) {
                bothWays(setup, stream, length);
            }
        });
    }

    private static void bothWays(Setup setup, Pair.Ends stream, int length) throws Exception {
        List<Task<Void>> all = new ArrayList<>();
        for (dev.proconsul.jyamux.Stream end : List.of(stream.client(), stream.server())) {
            all.add(setup.start(() -> {
                end.output().write(Load.bytes(length)); // one write
                end.finishWriting();
            }));
            all.add(setup.start(() -> Load.readToTheEnd(end.input(), length)));
        }
        for (Task<Void> one : all) {
            one.get();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D16, D17, B03: eight streams saturated both ways while both sides ping without a pause")
    void pingsUnderLoad(Setup setup) throws Exception {
        int streams = 8;
        int length = 600_000;
        setup.run(pair -> {
            List<Pair.Ends> all = pair.open(streams);
            CountDownLatch left = new CountDownLatch(streams);
            List<Task<Void>> tasks = new ArrayList<>();
            for (Pair.Ends stream : all) {
                tasks.add(setup.start(() -> {
                    bothWays(setup, stream, length);
                    left.countDown();
                }));
            }
            for (Session side : List.of(pair.client, pair.server)) {
                tasks.add(setup.start(() -> {
                    do {
                        assertTrue(side.ping().compareTo(Duration.ofSeconds(10)) < 0);
                    } while (left.getCount() > 0);
                }));
            }
            for (Task<Void> one : tasks) {
                one.get();
            }
            all.forEach(Pair.Ends::close);
        });
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("D14: two writers: the bytes of one write stay together; two readers: each byte once")
    void sharesAStreamBetweenThreads(Setup setup) throws Exception {
        int writes = 300;
        int record = 1_000;
        setup.run(pair -> {
            try (Pair.Ends stream = pair.open()) {
                List<Task<Void>> tasks = new ArrayList<>();
                for (byte writer = 0; writer < 2; writer++) {
                    byte[] bytes = new byte[record];
                    Arrays.fill(bytes, writer);
                    tasks.add(setup.start(() -> {
                        for (int i = 0; i < writes; i++) {
                            stream.client().output().write(bytes);
                        }
                    }));
                }
                int[] counts = new int[2];
                for (int i = 0; i < 2 * writes; i++) {
                    byte[] one = stream.server().input().readNBytes(record);
                    for (byte each : one) {
                        assertEquals(one[0], each, "a write was torn");
                    }
                    counts[one[0]]++;
                }
                assertArrayEquals(new int[] {writes, writes}, counts);
                for (Task<Void> one : tasks) {
                    one.get();
                }

                int total = 400_000;
                List<Task<Integer>> readers = new ArrayList<>();
                for (int reader = 0; reader < 2; reader++) {
                    readers.add(Task.of(setup.virtual, () -> stream.client().input().readAllBytes().length));
                }
                stream.server().output().write(new byte[total]);
                stream.server().finishWriting();
                assertEquals(total, readers.get(0).get() + readers.get(1).get());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("H02, H03: the peer finishes and we go on; both finish at once; nothing is left on either side")
    void halfCloses(Setup setup) throws Exception {
        setup.run(pair -> {
            try (Pair.Ends stream = pair.open()) {
                stream.client().finishWriting();
                assertEquals(-1, stream.server().input().read());
                Task<Void> writing = setup.start(() -> {
                    Load.write(stream.server().output(), 500_000);
                    stream.server().finishWriting();
                });
                Load.readToTheEnd(stream.client().input(), 500_000);
                writing.get();
                assertThrows(StreamFinished.class, () -> stream.client().output().write(1));
            }
            for (int i = 0; i < 50; i++) {
                Pair.Ends stream = pair.open();
                Task<Void> other = setup.start(stream.client()::close);
                stream.server().close();
                other.get();
            }
            Task.until(() -> pair.client.openStreams() == 0 && pair.server.openStreams() == 0);
        });
    }

    static Stream<Setup> sockets() {
        return setups().filter(setup -> setup.wire != Wire.MEMORY_1_KIB);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("S01, S03: write, close the stream and the session at once: a slow reader gets every byte, then the end")
    void losesNothingAtTheEnd(boolean virtual) throws Exception {
        losesNothing(new Setup(Wire.MEMORY_1_KIB, virtual));
    }

    @ParameterizedTest
    @MethodSource("sockets")
    @DisplayName("S01, S03, B16: the same over sockets: the kernel must not throw away what the peer has not read")
    void losesNothingAtTheEndOfASocket(Setup setup) throws Exception {
        losesNothing(setup);
    }

    private static void losesNothing(Setup setup) throws Exception {
        for (int round = 0; round < 20; round++) {
            int length = 1 + 9_000 * round;
            setup.run(pair -> {
                Pair.Ends stream = pair.open();
                Load.write(stream.client().output(), length);
                stream.client().close();
                Task<Void> closing = setup.start(pair.client::close);
                Load.readToTheEnd(stream.server().input(), length);
                closing.get();
                assertThrows(SessionClosed.class, pair.server::accept);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("S04, S05, S08: abort wakes whoever reads, writes, accepts or pings, on both sides")
    void abortWakesEverybody(Setup setup) throws Exception {
        setup.run(pair -> {
            Pair.Ends stream = pair.open();
            Pair.Ends full = pair.open(); // nobody reads it
            List<Task<Void>> waiting = new ArrayList<>();
            for (Session side : List.of(pair.client, pair.server)) {
                waiting.add(setup.start(side::accept));
            }
            waiting.add(setup.start(() -> stream.server().input().read()));
            waiting.add(setup.start(() -> stream.client().input().read()));
            waiting.add(setup.start(() -> {
                while (true) {
                    full.server().output().write(new byte[100_000]);
                }
            }));
            waiting.forEach(Task::awaitBlocked);
            pair.client.abort();
            for (Task<Void> one : waiting) {
                one.fails(SessionClosed.class);
            }
            full.close(); // gives back what has arrived
        });
    }
}
