package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH;
import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH_CONNECT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random histories of a catalog, and views that follow them: whatever happens to a subscriber, its view is at each of
/// its indexes what a query would have answered there, and ends as what a query answers.
///
/// Everything between the store and the value is real, including the bytes on the wire; there are no sockets, and time
/// stands still until the history moves it.
class ViewsFollowHistoriesTest {
    private static final int HISTORIES = 2_000;
    private static final int STEPS = 70;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // it takes seconds, if it has a processor for itself
    @DisplayName("calls.md 10 S1-S9, S13, S20-S24: whatever the history, every view ends equal to the polled truth")
    void everyViewEndsWithTheTruth() throws Exception {
        long first = System.nanoTime();
        System.out.println("histories of views from seed " + first);
        var met = new ViewHistory.Met();
        for (long seed = first; seed < first + HISTORIES; seed++) {
            try {
                new ViewHistory(seed, met).run(STEPS);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        // A history that never meets what it is about proves nothing.
        assertEquals("", met.missing());
    }

    @Test
    void aViewThatMissesAChangeIsFound() throws Exception {
        var stage = new Stage();
        stage.register("n1", "w1", "web");
        var subscriber = new ViewSubscriber(stage, new PolledTruth(stage, SERVICE_HEALTH, "web"));
        subscriber.open();
        subscriber.takeAll();
        assertEquals("", subscriber.difference());
        stage.register("n2", "w2", "web");

        assertEquals(1, subscriber.skip());

        assertEquals("the view has [n1/w1] at 11, a query [n1/w1, n2/w2] at 12", subscriber.difference());
    }

    @Test
    void aMeshViewFollowsProxies() throws Exception {
        var stage = new Stage();
        var subscriber = new ViewSubscriber(stage, new PolledTruth(stage, SERVICE_HEALTH_CONNECT, "web"));
        subscriber.open();
        subscriber.takeAll();
        stage.register("n1", ViewHistory.proxy("p1", "side", "web"));
        subscriber.takeAll();
        assertEquals("", subscriber.difference());
        stage.register("n1", ViewHistory.proxy("p1", "side", "db"));
        subscriber.takeAll();
        assertEquals("", subscriber.difference());
        stage.time.advance(Duration.ofSeconds(1));
    }
}
