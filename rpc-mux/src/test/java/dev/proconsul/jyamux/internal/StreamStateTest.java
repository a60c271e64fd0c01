package dev.proconsul.jyamux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.proconsul.jyamux.MuxException.Origin;
import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.MuxException.StreamReset;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamStateTest {
    private static final StreamReset RESET = new StreamReset("reset", Origin.REMOTE, 0);
    private static final SessionClosed END = new SessionClosed("end", Origin.LOCAL, 0);
    private static final StreamState OPEN = new StreamState.Open();

    private static StreamState finish(StreamState state, Side side) {
        return state.after(new StreamState.Event.Finish(side));
    }

    @Test
    @DisplayName("H03, H06: both sides finish in either order; finishing twice changes nothing")
    void finishesInEitherOrder() {
        for (Side first : Side.values()) {
            Side second = first == Side.LOCAL ? Side.REMOTE : Side.LOCAL;
            StreamState half = finish(OPEN, first);

            assertEquals(new StreamState.HalfClosed(first), half);
            assertSame(half, finish(half, first));
            assertEquals(new StreamState.Closed.Orderly(), finish(half, second));
        }
    }

    @Test
    @DisplayName("H19, C01: whatever closes a stream, nothing changes it afterwards")
    void staysClosed() {
        List<StreamState.Event> events = List.of(
                new StreamState.Event.Finish(Side.LOCAL),
                new StreamState.Event.Finish(Side.REMOTE),
                new StreamState.Event.Reset(RESET),
                new StreamState.Event.SessionEnd(END));
        for (StreamState closed : List.of(
                OPEN.after(new StreamState.Event.Reset(RESET)),
                OPEN.after(new StreamState.Event.SessionEnd(END)),
                finish(finish(OPEN, Side.LOCAL), Side.REMOTE))) {
            events.forEach(event -> assertSame(closed, closed.after(event)));
        }
    }

    @Test
    void knowsWhetherTheInputWasCompleteWhenTheSessionEnded() {
        StreamState.Event end = new StreamState.Event.SessionEnd(END);

        assertEquals(new StreamState.Closed.BySession(END, true), finish(OPEN, Side.REMOTE).after(end));
        assertEquals(new StreamState.Closed.BySession(END, false), finish(OPEN, Side.LOCAL).after(end));
    }
}
