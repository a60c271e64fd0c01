package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.KeyEvents.KEYS;
import static dev.proconsul.rpc.endpoints.internal.events.NodeEvents.NODES;
import static dev.proconsul.rpc.endpoints.internal.events.ServiceListEvents.SERVICE_LIST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.MeshCommands;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceRouterConfigEntry;
import org.junit.jupiter.api.Test;

/// The topics besides those of health.
class OtherTopicsTest {
    private final Stage stage = new Stage();

    private long kv(KVOp op, String key, String value) {
        return stage.apply(Commands.KVS.with(KVSRequest.ZERO.withOp(op)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.ofUtf8(value)))));
    }

    private long set(String key) {
        return kv(KVOp.SET, key, "x");
    }

    @Test
    void keysAreForAllThatTheyBeginWith() throws Exception {
        set("app/a");
        long last = set("app/b");
        set("other");
        var app = stage.subscribe(KEYS, "app/");
        var one = stage.subscribe(KEYS, "app/b");
        var all = stage.subscribe(KEYS, "");
        app.expect(last + " +app/a, +app/b", last + " end of snapshot");
        one.expect(last + " +app/b", last + " end of snapshot");
        all.expect(stage.index + " +app/a, +app/b, +other", stage.index + " end of snapshot");

        long changed = kv(KVOp.SET, "app/b", "y");
        long gone = kv(KVOp.DELETE, "app/a", "");
        long capital = set("APP/b");
        long tree = kv(KVOp.DELETE_TREE, "app", "");

        app.expect(changed + " +app/b", gone + " -app/a", tree + " -app/b");
        one.expect(changed + " +app/b", tree + " -app/b");
        all.expect(changed + " +app/b", gone + " -app/a", capital + " +APP/b", tree + " -app/b");
    }

    @Test
    void snapshotsOfKeysComeInSteps() throws Exception {
        for (int i = 0; i < 600; i++) {
            set("k" + i);
        }
        for (int i = 0; i < 3; i++) {
            kv(KVOp.SET, "l" + i, "x".repeat(500_000));
        }

        assertEquals(4, stage.subscribe(KEYS, "k").news().size(), "256 keys, 256 keys, the rest, the end");
        try (var reader = stage.subscribe(KEYS, "l")) {
            assertEquals(2, reader.news().size(), "3 keys fill one step, and the end");
        }
        kv(KVOp.SET, "l3", "x".repeat(500_000));
        assertEquals(3, stage.subscribe(KEYS, "l").news().size(), "another step");
    }

    @Test
    void nodesAreStreamedByNameOrAll() throws Exception {
        long first = stage.node("n1", "10.0.0.1");
        var all = stage.subscribeAll(NODES, 0);
        var one = stage.subscribe(NODES, "n2");
        all.expect(first + " +n1", first + " end of snapshot");
        one.expect(first + " end of snapshot");

        long second = stage.node("N2", "10.0.0.2");
        stage.check("n1", "c", "critical", "");
        long moved = stage.node("n1", "10.0.0.3");
        long gone = stage.deregister("n2");

        all.expect(second + " +N2", moved + " +n1", gone + " -N2");
        one.expect(second + " +N2", gone + " -N2");
    }

    @Test
    void servicesAreNamedFromTheFirstInstanceToTheLast() throws Exception {
        long first = stage.register("n1", "w1", "web");
        var names = stage.subscribeAll(SERVICE_LIST, 0);
        names.expect(first + " +web", first + " end of snapshot");

        stage.register("n2", "w2", "Web");
        long second = stage.register("n2", "d1", "db");
        stage.deregister("n1", "w1");
        long gone = stage.deregister("n2");

        var news = names.news();
        assertEquals(second + " +db", news.getFirst());
        assertEquals(gone + " -db, -Web", news.getLast());
        assertEquals(2, news.size());
    }

    @Test
    void configEntriesAreStreamedByKind() throws Exception {
        var topic = ConfigEntryEvents.topicOf("service-defaults").orElseThrow();
        assertEquals("ServiceDefaults", topic.toString());
        assertTrue(ConfigEntryEvents.topicOf("service-router").isEmpty());
        long first = entry("upsert", ServiceConfigEntry.ZERO.withKind("service-defaults").withName("Web"));
        var all = stage.subscribeAll(topic, 0);
        var web = stage.subscribe(topic, "web");
        all.expect(first + " +service-defaults/Web", first + " end of snapshot");
        web.expect(first + " +service-defaults/Web", first + " end of snapshot");

        entry("upsert", ServiceRouterConfigEntry.ZERO.withKind("service-router").withName("web"));
        long second = entry("upsert", ServiceConfigEntry.ZERO.withKind("service-defaults").withName("db"));
        long gone = entry("delete", ServiceConfigEntry.ZERO.withKind("service-defaults").withName("web"));

        all.expect(second + " +service-defaults/db", gone + " -service-defaults/Web");
        web.expect(gone + " -service-defaults/Web");
    }

    private long entry(String op, ConfigEntry entry) {
        return stage.apply(MeshCommands.CONFIG_ENTRY.with(ConfigEntryRequest.ZERO
                .withOp(op).withEntry(entry)));
    }
}
