package dev.proconsul.rpc.client.internal.view;

import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.changes;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.end;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.there;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch.Mode;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.internal.WatchSource;
import dev.proconsul.rpc.client.internal.WatchTime;
import dev.proconsul.rpc.client.internal.view.StreamEnd.Reason;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamOrQueryTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// A blocking query that answers at once, and says what it was asked.
    private static final class Query implements WatchSource<List<CheckServiceNode>> {
        private final List<String> asked = new ArrayList<>();
        private boolean down;
        private boolean closed;

        @Override
        public Mode mode() {
            return Mode.BLOCKING_QUERY;
        }

        @Override
        public Reading<List<CheckServiceNode>> read(long index, Duration wait) throws CallException {
            asked.add(index + " " + wait.toSeconds() + " s");
            if (down) {
                throw new CallException.NotSent("down", new IOException());
            }
            return new Value<>(List.of(), 70);
        }

        @Override
        public boolean closed() {
            return closed;
        }
    }

    /// Time that stands still until the test moves it.
    private static final class Clock implements WatchTime {
        private Duration now = Duration.ofDays(3);

        @Override
        public long nanoTime() {
            return now.toNanos();
        }

        @Override
        public void sleep(Duration time) {
            now = now.plus(time);
        }

        @Override
        public double chance() {
            return 0;
        }
    }

    private final Query query = new Query();
    private final Clock clock = new Clock();
    private ScriptedStreams server = new ScriptedStreams();
    private final ViewStore store = new ViewStore(ViewStore.Timer.SYSTEM);
    private final StreamOrQuery<List<CheckServiceNode>> source = new StreamOrQuery<>(query,
            () -> Optional.of(store.lease("web", () -> MaterializedView.start(
                    server, new HealthView(_ -> true), WatchOptions.DEFAULT, server))), clock, Duration.ZERO);

    @AfterEach
    void close() {
        source.close();
        store.close();
    }

    private String read(long index) throws Exception {
        return switch (source.read(index, PATIENCE)) {
            case WatchSource.Value<List<CheckServiceNode>>(var value, long at) -> at + " with " + value.size();
            case WatchSource.Unchanged<List<CheckServiceNode>>(long at) -> at + " again";
        };
    }

    @Test
    void takesTheStream() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7));
        assertEquals("7 with 1", read(0));
        assertEquals(Mode.STREAM, source.mode());
        server.says(changes(8, there("n2", "w2")));
        assertEquals("8 with 2", read(7));
        assertEquals("8 again", switch (source.read(8, Duration.ofMillis(1))) {
            case WatchSource.Value<List<CheckServiceNode>> value -> value.toString();
            case WatchSource.Unchanged<List<CheckServiceNode>>(long at) -> at + " again";
        });
        assertEquals(List.of(), query.asked);
    }

    @Test
    void asksWhereNothingIsStreamedAndTriesTheStreamNowAndThen() throws Exception {
        server.ends(Reason.NOT_OFFERED);
        assertEquals("70 with 0", read(0));
        assertEquals(Mode.BLOCKING_QUERY, source.mode());
        server.expectClosed();
        assertEquals(0, store.size());
        clock.sleep(Duration.ofSeconds(4));
        assertEquals("70 with 0", read(70));
        clock.sleep(Duration.ofSeconds(6));

        server = new ScriptedStreams().ends(Reason.NOT_OFFERED);
        assertEquals("70 with 0", read(70));
        clock.sleep(Duration.ofSeconds(1));
        assertEquals("70 with 0", read(70));
        assertEquals(List.of("0 10 s", "70 6 s", "70 20 s", "70 19 s"), query.asked);

        clock.sleep(Duration.ofSeconds(19));
        server = new ScriptedStreams().says(end(75));
        assertEquals("75 with 0", read(70));
        assertEquals(Mode.STREAM, source.mode());
    }

    @Test
    void asksWhereNobodySpeaksTheProtocol() throws Exception {
        server.ends(Reason.UNREACHABLE).ends(Reason.UNREACHABLE);

        assertEquals("70 with 0", read(0));
        assertEquals(Mode.BLOCKING_QUERY, source.mode());
    }

    @Test
    void leavesABrokenStreamToItsView() throws Exception {
        server.says(end(7));
        assertEquals("7 with 0", read(0));
        server.ends(Reason.BROKEN);

        assertEquals("BROKEN", assertThrows(CallException.class, () -> read(7)).getMessage());
        assertEquals(Optional.of(Duration.ZERO), source.ownPause());
        server.says(changes(8, there("n1", "w1")));
        assertEquals("8 with 1", read(0));
        assertEquals(List.of(), query.asked);
    }

    @Test
    void keepsTheViewWhereNobodyAnswersAtAll() throws Exception {
        server.says(end(7));
        assertEquals("7 with 0", read(0));
        query.down = true;
        server.ends(Reason.UNREACHABLE).ends(Reason.UNREACHABLE);

        assertEquals("down", assertThrows(CallException.class, () -> read(7)).getMessage());
        assertTrue(source.ownPause().isPresent());
        assertEquals(Mode.STREAM, source.mode());
        server.says(changes(9, there("n1", "w1")));
        assertEquals("9 with 1", read(0));
    }

    @Test
    void triesTheStreamAtOnceWhenTheQueryFails() throws Exception {
        server.ends(Reason.NOT_OFFERED);
        read(0);
        query.down = true;
        assertThrows(CallException.class, () -> read(70));
        assertEquals(Optional.empty(), source.ownPause());

        server = new ScriptedStreams().says(end(80));
        assertEquals("80 with 0", read(0));
    }

    @Test
    void endsWithTheClient() throws Exception {
        server.says(end(7));
        read(0);
        query.closed = true;
        store.close();

        assertInstanceOf(CallException.NotSent.class, assertThrows(CallException.class, () -> read(7)));
    }

    @Test
    void asksOnlyWhereTheProgramHasNoStreams() throws Exception {
        var none = new StreamOrQuery<>(query, Optional::empty, clock, Duration.ZERO);
        none.read(0, PATIENCE);
        clock.sleep(Duration.ofDays(1000));
        none.read(70, PATIENCE);

        assertEquals(Mode.BLOCKING_QUERY, none.mode());
        assertEquals(List.of("0 300 s", "70 300 s"), query.asked);
    }
}
