package dev.proconsul.rpc.client.internal.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ViewStoreTest {
    private static final Duration KEEP = Duration.ofMinutes(20);

    private record Later(Duration delay, Runnable task) {}

    private final List<Later> later = new ArrayList<>();
    private final ScriptedStreams server = new ScriptedStreams();
    private final ViewStore store = new ViewStore((delay, task) -> {
        var entry = new Later(delay, task);
        later.add(entry);
        return () -> later.remove(entry);
    });

    private ViewStore.Lease<List<CheckServiceNode>> lease(String key) {
        return store.lease(key, () -> MaterializedView.start(
                server, new HealthView(_ -> true), WatchOptions.DEFAULT, server));
    }

    @Test
    void equalWishesShareOneSubscription() throws Exception {
        var one = lease("web");
        var other = lease("web");
        assertSame(one.view(), other.view());
        server.expectOpened(0);
        one.giveBack(Duration.ZERO);
        one.giveBack(Duration.ZERO);
        assertEquals(1, store.size());

        other.giveBack(Duration.ZERO);

        server.expectClosed();
        assertEquals(0, store.size());
        assertTrue(server.isIdle());
    }

    @Test
    void differentWishesDoNot() {
        assertNotSame(lease("web").view(), lease("db").view());
        store.close();
    }

    @Test
    @DisplayName("S28: view unused for 20 min: stopped")
    void keepsUnusedViewsForAWhile() throws Exception {
        var first = lease("web");
        server.expectOpened(0);
        first.giveBack(KEEP);
        assertEquals(KEEP, later.getFirst().delay());

        var second = lease("web");
        assertSame(first.view(), second.view());
        assertTrue(later.isEmpty());
        second.giveBack(KEEP);
        later.getFirst().task().run();

        server.expectClosed();
        assertEquals(0, store.size());
    }

    @Test
    void closingEndsAllViews() throws Exception {
        var held = lease("web");
        server.expectOpened(0);
        store.close();
        server.expectClosed();

        held.giveBack(KEEP);
        assertTrue(later.isEmpty());
        assertThrows(IllegalStateException.class, () -> lease("web"));
    }
}
