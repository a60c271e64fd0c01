package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.jyamux.SessionConfig;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The time keeper on the test's thread, with a clock that moves when somebody sleeps.
@Timeout(20)
class TimeKeeperTest {
    private static final class Sleepless implements Ticker {
        private long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleepUntil(long nanos) {
            now = Math.max(now, nanos);
        }
    }

    @Test
    @DisplayName("A time keeper that has ended its session is done: nobody has to stop it, who may not come to run beside it")
    void endsWithTheSession() throws Exception {
        Ticker ticker = new Sleepless();
        SessionConfig config = SessionConfig.DEFAULT;
        SessionParts parts = new SessionParts("test", Role.CLIENT, 1, config, ticker, BufferPool.SHARED,
                BufferPool.SHARED, Thread.ofVirtual().unstarted(() -> { }), null);
        Wire wire = new StreamWire(InputStream.nullInputStream(), OutputStream.nullOutputStream(), () -> { },
                BufferPool.SHARED, ticker);
        List<String> done = new ArrayList<>();
        Writer writer = new Writer(wire, parts, failure -> done.add(failure.toString()));

        new TimeKeeper(parts, new KeepAlive(config, ticker.nanos()), writer, new TimeKeeper.Actions() {
            @Override
            public void ping() {
                done.add("ping");
            }

            @Override
            public void dead() {
                done.add("dead");
                if (done.size() > 2) {
                    throw new AssertionError("goes on: " + done);
                }
            }

            @Override
            public void stalled() {
                done.add("stalled");
            }
        }).run();

        assertEquals(List.of("ping", "dead"), done);
    }
}
