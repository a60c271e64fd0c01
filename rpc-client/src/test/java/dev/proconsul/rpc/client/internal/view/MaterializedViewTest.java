package dev.proconsul.rpc.client.internal.view;

import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.changes;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.critical;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.end;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.gone;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.newSnapshot;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.text;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.there;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.client.internal.view.MaterializedView.Face;
import dev.proconsul.rpc.client.internal.view.StreamEnd.Reason;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a view makes of streams, by the rows of `calls.md` section 10 for the side of the client.
class MaterializedViewTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final ScriptedStreams server = new ScriptedStreams();
    private final MaterializedView<List<CheckServiceNode>> view =
            MaterializedView.start(server, new HealthView(_ -> true), WatchOptions.DEFAULT, server);
    private long turn;

    @AfterEach
    void close() {
        view.close();
    }

    private Face<List<CheckServiceNode>> next() throws InterruptedException {
        var face = view.await(turn, LONG);
        assertTrue(face.turn() > turn, "nothing new");
        turn = face.turn();
        return face;
    }

    @Test
    @DisplayName("S1: index 0, two instances: the value is there when the snapshot is complete, not before")
    void showsWholeSnapshots() throws Exception {
        server.expectOpened(0);
        server.says(changes(7, there("n2", "w1")), changes(7, there("n1", "w2")));
        assertEquals("nothing", text(view.await(0, Duration.ofMillis(1))));
        server.says(end(7));

        assertEquals("7 n1/w2 n2/w1", text(next()));
    }

    @Test
    @DisplayName("S2: index 0, unknown service: an empty value")
    void knowsThatThereIsNothing() throws Exception {
        server.says(end(1));

        assertEquals("1", text(next()));
    }

    @Test
    @DisplayName("S3: a stream that is resumed goes on with the next change; that it was taken ends the failure")
    void resumes() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7)).ends(Reason.BROKEN);
        server.expectOpened(0);
        server.expectOpened(7);
        while (view.await(turn, LONG).problem() == null) {
            next();
        }
        next();
        server.says(new ViewEvent.Accepted());
        var face = next();
        assertNull(face.problem());
        assertEquals("7 n1/w1", text(face));

        server.says(changes(9, there("n2", "w2")));

        assertEquals("9 n1/w1 n2/w2", text(next()));
    }

    @Test
    @DisplayName("S4, S5: NewSnapshotToFollow: the view forgets what it had, and shows nothing of the new before its end")
    void beginsAnewWhenToldTo() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7));
        assertEquals("7 n1/w1", text(next()));
        server.ends(Reason.BROKEN);
        assertEquals(Reason.BROKEN, next().problem().reason());
        server.says(newSnapshot(), changes(5, there("n2", "w2")));
        assertEquals(turn, view.await(turn, Duration.ofMillis(1)).turn());
        server.says(end(5));

        assertEquals("5 n2/w2", text(next()));
    }

    @Test
    @DisplayName("S6, S7: a batch is one step: all of its changes, or none")
    void takesBatches() throws Exception {
        server.says(changes(7, there("n1", "w1")), changes(7, there("n1", "w2")), end(7));
        assertEquals("7 n1/w1 n1/w2", text(next()));
        server.says(changes(8, critical("n1", "w1"), critical("n1", "w2")));
        assertEquals(List.of("critical", "critical"), next().result().value().stream()
                .map(instance -> instance.checks().getFirst().status()).toList());
        server.says(changes(9, gone("n1", "w1"), gone("n1", "w2")));

        assertEquals("9", text(next()));
    }

    @Test
    @DisplayName("S9, S13, S23: view gets ABORTED once: reset to index 0, immediate silent retry")
    void beginsAnewInSilence() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7));
        server.expectOpened(0);
        next();
        server.ends(Reason.RESET);
        server.expectOpened(0);

        assertEquals(turn, view.await(turn, Duration.ofMillis(1)).turn());
        assertTrue(server.pauses.isEmpty());
        server.says(changes(3, there("n3", "w3")), end(3));
        assertEquals("3 n3/w3", text(next()));
    }

    @Test
    @DisplayName("S10: a second ABORTED in a row is told")
    void tellsOfTheSecondReset() throws Exception {
        server.ends(Reason.RESET).ends(Reason.RESET);

        assertEquals(Reason.RESET, next().problem().reason());
    }

    @Test
    @DisplayName("S24: view's stream breaks with UNAVAILABLE: waiting readers get the error, view kept, resumes with its index")
    void keepsItsValue() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7));
        server.expectOpened(0);
        next();
        server.ends(Reason.UNREACHABLE);

        var face = next();

        assertEquals("UNREACHABLE", face.problem().failure().getMessage());
        assertEquals(Duration.ZERO, face.problem().pause());
        assertEquals("7 n1/w1", text(face));
        server.expectOpened(7);
        server.says(changes(8, gone("n1", "w1")));
        assertEquals("8", text(next()));
    }

    @Test
    @DisplayName("S25: third consecutive failure: wait 400-800 ms; an update begins the count anew")
    void waitsLongerAndLonger() throws Exception {
        for (double chance : new double[] {0, 1}) {
            server.chance = chance;
            for (int i = 0; i < 12; i++) {
                server.ends(Reason.BROKEN);
            }
            server.says(chance == 0 ? end(1) : changes(2, there("n1", "w1")));
            for (int i = 2; i <= 12; i++) {
                long base = Math.min(200L << (i - 2), 60_000);
                assertEquals(Duration.ofMillis(chance == 0 ? base : 2 * base), server.pauses.poll(10, TimeUnit.SECONDS));
            }
        }
        while (!text(next()).equals("2 n1/w1")) {
            // problems before
        }
    }

    @Test
    @DisplayName("S26: reader who knows less than the view: immediate, the value that is there")
    void answersAtOnce() throws Exception {
        server.says(end(5), changes(6, there("n1", "w1")));
        while (!text(next()).equals("6 n1/w1")) {
            // the snapshot may be seen or not
        }
        var first = view.await(0, Duration.ZERO);
        var second = view.await(turn - 1, Duration.ZERO);

        assertEquals("6 n1/w1", text(first));
        assertSame(first.result(), second.result());
        assertTrue(server.pauses.isEmpty());
    }

    @Test
    @DisplayName("S27: reader times out: old value, no error")
    void answersWithTheOldValue() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7));
        next();

        var face = view.await(turn, Duration.ofMillis(1));

        assertEquals(turn, face.turn());
        assertEquals("7 n1/w1", text(face));
        assertNull(face.problem());
    }

    @Test
    @DisplayName("S29: event of wrong payload type: view reset, error")
    void refusesWhatItDoesNotKnow() throws Exception {
        server.says(changes(7, there("n1", "w1")), end(7), changes(8, new ViewEvent.Foreign("ConfigEntry")));
        server.expectOpened(0);
        server.expectClosed();
        server.expectOpened(0);
        while (view.await(turn, LONG).problem() == null) {
            next();
        }

        assertEquals("the stream of events makes no sense: unexpected event type for service health view: ConfigEntry",
                next().problem().failure().getMessage());
        server.says(end(9));
        assertEquals("9", text(next()));
    }

    @Test
    void refusesFramesOutOfPlace() throws Exception {
        server.says(end(7), end(8));
        server.expectOpened(0);
        server.expectOpened(0);
        server.says(end(9), newSnapshot());
        server.expectOpened(0);
        server.says(newSnapshot());
        server.expectOpened(0);
        server.says(end(10));

        while (!text(next()).equals("10")) {
            // problems before
        }
    }

    @Test
    void unsubscribesWhenClosed() throws Exception {
        server.says(end(7));
        next();
        view.close();

        server.expectClosed();
        assertTrue(server.isIdle() || view.await(turn, Duration.ZERO).turn() == turn);
    }
}
