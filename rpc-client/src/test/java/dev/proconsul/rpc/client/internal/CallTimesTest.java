package dev.proconsul.rpc.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.client.Time;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallTimesTest {
    private final CallTimes times = new CallTimes(PoolConfig.OF_SERVERS);

    private static KeyRequest blocking(long index, Duration wait) {
        return KeyRequest.ZERO.withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(index).withMaxQueryTime(wait));
    }

    @Test
    void whatDoesNotBlockHasTheCallTimeout() {
        assertEquals(Duration.ofSeconds(60), times.of(Empty.ZERO));
        assertEquals(Duration.ofSeconds(60), times.of(blocking(0, Duration.ofSeconds(300))));
    }

    @Test
    @DisplayName("calls 1.5: a blocking query has t + t/16 + 7 s")
    void aBlockingQueryHasItsWaitTheJitterAndAMargin() {
        assertEquals(Duration.ofMillis(325_750), times.of(blocking(1, Duration.ZERO)));
        assertEquals(Duration.ofMillis(325_750), times.of(blocking(1, Duration.ofSeconds(-1))));
        assertEquals(Duration.ofSeconds(24), times.of(blocking(1, Duration.ofSeconds(16))));
        assertEquals(Duration.ofMillis(644_500), times.of(blocking(1, Duration.ofSeconds(600))));
        assertEquals(Duration.ofMillis(644_500), times.of(blocking(1, Duration.ofSeconds(601))));
    }

    @Test
    void oneDeadlineHoldsForAllReadsOfAnAnswer() throws Exception {
        var clock = new AtomicLong();
        List<Duration> limits = new ArrayList<>();
        InputStream bytes = new ByteArrayInputStream(new byte[] {1, 2, 3, 4});
        var connection = (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, args) -> switch (method.getName()) {
                    case "input" -> bytes;
                    case "readTimeout" -> limits.add((Duration) args[0]) ? null : null;
                    default -> throw new AssertionError(method);
                });
        var time = new Time() {
            @Override
            public long nanoTime() {
                return clock.get();
            }

            @Override
            public void sleep(Duration duration) {
                throw new AssertionError("nobody sleeps here");
            }
        };
        var input = new DeadlineInput(connection, false);
        input.start(Deadline.in(time, Duration.ofNanos(10)), false);

        assertEquals(1, input.read());
        clock.set(4);
        assertEquals(1, input.read(new byte[1], 0, 1));
        clock.set(10);
        assertThrows(SocketTimeoutException.class, input::read);

        assertEquals(List.of(Duration.ofNanos(10), Duration.ofNanos(6)), limits);
        input.start(Deadline.in(time, Duration.ofNanos(1)), false);
        assertEquals(3, input.read());
    }
}
