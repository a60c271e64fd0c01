package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our client, against a server of Go's net/rpc, go-msgpack and hashicorp/yamux (`src/go/server.go`).
@Tag("interop")
class GoServerTest {
    private static final int CALLERS = 256;

    private Child server;
    private ClientConfig config;

    @BeforeEach
    void start() throws Exception {
        server = Interop.peer().start("server");
        config = ClientConfig.of("127.0.0.1:" + Interop.port(server));
    }

    @AfterEach
    void end() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Status: ping, leader, peers")
    void asksForTheState(ClientConfig.Mode mode) throws Exception {
        try (var client = RpcClient.connect(config.withMode(mode))) {
            client.status().ping();
            var leader = client.status().leader().orElseThrow();

            assertEquals("127.0.0.1:" + config.server().getPort(), leader);
            assertEquals(List.of(leader), client.status().peers());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("KVS: set, get, cas, delete, list, keys")
    void readsAndWrites(ClientConfig.Mode mode) throws Exception {
        try (var client = RpcClient.connect(config.withMode(mode))) {
            var kv = client.kv();
            kv.put("t/b/1", bytes("one"));
            kv.put("t/b/2", bytes("two"));
            kv.put("t/a", new byte[0]);
            var one = kv.get("t/b/1").orElseThrow();

            assertEquals("one", text(one));
            assertTrue(kv.compareAndSet("t/b/1", bytes("new"), one.raftIndex().modifyIndex()));
            assertFalse(kv.compareAndSet("t/b/1", bytes("newer"), one.raftIndex().modifyIndex()));
            assertEquals(List.of("", "new", "two"), kv.list("t/").stream().map(GoServerTest::text).toList());
            assertEquals(List.of("t/a", "t/b/1", "t/b/2"), kv.keys("t/", ""));
            assertEquals(List.of("t/a", "t/b/"), kv.keys("t/", "/"));
            kv.delete("t/a");
            assertTrue(kv.get("t/a").isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("A value of 300,000 bytes goes there and back")
    void carriesLargeValues(ClientConfig.Mode mode) throws Exception {
        var value = new byte[300_000];
        new Random(1).nextBytes(value);
        try (var client = RpcClient.connect(config.withMode(mode))) {
            client.kv().put("large", value);

            assertArrayEquals(value, client.kv().get("large").orElseThrow().value().toByteArray());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Errors of the server are told as it says them, and later calls work (transport row 144)")
    void survivesErrors(ClientConfig.Mode mode) throws Exception {
        try (var client = RpcClient.connect(config.withMode(mode))) {
            var handler = assertThrows(CallException.Refused.class, () -> client.kv().put("", bytes("v")));
            var nope = new Method<>("Nope.Get", KVS.GET.request(), KVS.GET.reply(), Method.Access.READ, false,
                    Method.RateClass.READ, "a service that is not there");
            var service = assertThrows(CallException.Refused.class, () -> client.call(nope, KeyRequest.ZERO));

            assertEquals("Must provide key", handler.getMessage());
            assertEquals("rpc: can't find service Nope.Get", service.getMessage());
            client.status().ping();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("A watch is woken by a write of another client")
    void watches(ClientConfig.Mode mode) throws Exception {
        try (var client = RpcClient.connect(config.withMode(mode));
                var other = RpcClient.connect(config)) {
            client.kv().put("watched", bytes("before"));
            var watch = client.kv().watch("watched");
            assertEquals("before", text(watch.next().value().orElseThrow()));
            var next = started(watch::next);

            other.kv().put("watched", bytes("after"));

            assertEquals("after", text(next.get(10, TimeUnit.SECONDS).value().orElseThrow()));
        }
    }

    @Test
    @DisplayName("256 callers share one connection")
    void callsAtOnce() throws Exception {
        try (var client = RpcClient.connect(config)) {
            var calls = new ArrayList<FutureTask<String>>();
            for (int i = 0; i < CALLERS; i++) {
                var key = "many/" + i;
                calls.add(started(() -> {
                    client.kv().put(key, bytes(key));
                    return text(client.kv().get(key).orElseThrow());
                }));
            }
            for (int i = 0; i < CALLERS; i++) {
                assertEquals("many/" + i, calls.get(i).get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    @DisplayName("An interrupted call ends at once, and its siblings go on")
    void interruptsACall() throws Exception {
        try (var client = RpcClient.connect(config)) {
            client.kv().put("k", bytes("v"));
            var watch = client.kv().watch("k");
            watch.next();
            var waiting = new FutureTask<>(watch::next);
            var thread = Thread.startVirtualThread(waiting);

            thread.interrupt();

            var failure = assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
            assertEquals(InterruptedException.class, failure.getCause().getClass());
            client.status().ping();
        }
    }

    @Test
    @DisplayName("After the server's go away the client dials anew (transport row 149)")
    void dialsAnewAfterGoAway() throws Exception {
        try (var client = RpcClient.connect(config.withIdleStreams(0))) {
            client.status().ping();

            tell("goaway");

            client.status().ping();
        }
    }

    @Test
    @DisplayName("X08: after the connection was lost a read is asked again on a new one")
    void dialsAnewAfterALoss() throws Exception {
        try (var client = RpcClient.connect(config)) {
            client.kv().put("k", bytes("v"));

            tell("drop");

            assertEquals("v", text(client.kv().get("k").orElseThrow()));
        }
    }

    private void tell(String order) throws Exception {
        server.say(order);
        server.expect("done " + order, Interop.PATIENCE);
    }

    private static <T> FutureTask<T> started(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.startVirtualThread(task);
        return task;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(DirEntry entry) {
        return entry.value().toUtf8();
    }
}
