package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EchoTest {
    /// Accepts for ever and echoes each stream on a thread of its own.
    static Thread echo(YamuxSession server) {
        return Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Stream stream = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (stream) {
                            stream.input().transferTo(stream.output());
                        } catch (IOException e) {
                            // the test sees the missing echo
                        }
                    });
                }
            } catch (IOException e) {
                // the session ended, and so does this
            }
        });
    }

    @Test
    @DisplayName("yamux matrix O01: open, write, accept, echo, end")
    void echoes() throws Exception {
        try (Pair pair = new Pair(1 << 20)) {
            echo(pair.server);

            try (Stream stream = pair.client.open()) {
                stream.output().write("hello".getBytes(StandardCharsets.UTF_8));
                stream.finishWriting();

                assertEquals("hello", new String(stream.input().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 10_240, 1 << 20})
    @DisplayName("yamux matrix D15: both directions saturated over a small transport")
    void worksInBothDirectionsAtOnceOverASmallPipe(int capacity) throws Exception {
        byte[] sent = new byte[3 << 20];
        new Random(15).nextBytes(sent);
        try (Pair pair = new Pair(capacity)) {
            try (Stream one = pair.client.open(); Stream other = pair.server.accept()) {
                CompletableFuture<byte[]> back = read(one);
                CompletableFuture<byte[]> there = read(other);
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(one, sent), EchoTest::start);
                write(other, sent);

                writing.get(20, TimeUnit.SECONDS);
                assertArrayEquals(sent, back.get(20, TimeUnit.SECONDS));
                assertArrayEquals(sent, there.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    @DisplayName("ten thousand streams in flight on one connection")
    void carriesTenThousandStreamsAtOnce() throws Exception {
        int streams = 10_000;
        SessionConfig config = SessionConfig.DEFAULT;
        try (Pair pair = new Pair(1 << 16, config, config, Ticker.SYSTEM)) {
            CountDownLatch allAccepted = new CountDownLatch(streams);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            start(() -> {
                try {
                    while (true) {
                        Stream stream = pair.server.accept();
                        start(() -> {
                            try (stream) {
                                stream.peek();
                                allAccepted.countDown();
                                allAccepted.await();
                                stream.input().transferTo(stream.output());
                            } catch (Exception e) {
                                failure.compareAndSet(null, e);
                            }
                        });
                    }
                } catch (SessionClosed e) {
                    // the end of the test
                } catch (IOException e) {
                    failure.compareAndSet(null, e);
                }
            });

            List<CompletableFuture<Void>> calls = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                byte[] message = ("message " + i).getBytes(StandardCharsets.UTF_8);
                calls.add(CompletableFuture.runAsync(() -> {
                    try (Stream stream = pair.client.open()) {
                        stream.output().write(message);
                        assertArrayEquals(message, stream.input().readNBytes(message.length));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }, EchoTest::start));
            }

            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(25, TimeUnit.SECONDS);
            assertNull(failure.get());
            assertEquals(streams, pair.server.statistics().streamsReceived());
            assertEquals(0, pair.server.statistics().streamsRefused());
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    private static CompletableFuture<byte[]> read(Stream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return stream.input().readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, EchoTest::start);
    }

    private static void write(Stream stream, byte[] bytes) {
        try {
            stream.output().write(bytes);
            stream.finishWriting();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
