package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// All servers of a datacenter are restarted one after the other while many callers work.
class RollingRestartTest {
    private static final int CALLERS = 64;
    private static final int ROUNDS = 2;
    private static final Duration END = Duration.ofSeconds(40);

    private final Map<String, String> written = new ConcurrentHashMap<>();
    private final Map<String, String> doubtful = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder calls = new LongAdder();
    private volatile boolean over;

    @Test
    @DisplayName("rolling restart under 64 callers: no read fails, no write but those reported as maybe executed, none runs twice")
    void everyServerIsRestartedUnderLoad() throws Exception {
        try (var cluster = ClusterOfServers.of(3);
                var client = RpcClient.connect(ClientConfig.of(cluster.addresses()));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = IntStream.range(0, CALLERS)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> work(client, number))).toList();
            awaitCalls(2_000);
            for (int round = 0; round < ROUNDS; round++) {
                for (var node : List.of("s1", "s2", "s3")) {
                    var served = cluster.agreement.lastIndex();
                    cluster.stop(node);
                    cluster.start(node);
                    Conditions.within(END, () -> cluster.agreement.lastIndex() > served, () -> "no write gets through");
                    awaitCalls(calls.sum() + 2_000);
                }
            }
            over = true;
            for (var caller : callers) {
                caller.get(END.toSeconds(), TimeUnit.SECONDS); // nothing hangs
            }
            assertEquals(List.of(), List.copyOf(failures));
            assertTrue(written.size() > CALLERS, written.size() + " writes");
            for (var node : List.of("s1", "s2", "s3")) {
                expectEverything(cluster, cluster.server(node));
            }
        }
    }

    @Test
    @DisplayName("F13: a leader that dies leaves writes in doubt; a client of the others is told so of each, and of no other")
    void aLeaderThatDiesLeavesWritesInDoubt() throws Exception {
        try (var cluster = ClusterOfServers.of(3);
                var client = RpcClient.connect(ClientConfig.of(cluster.follower().address()));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = IntStream.range(0, CALLERS)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> work(client, number))).toList();
            awaitCalls(2_000);
            var leader = cluster.leaderName();
            cluster.crash(leader);
            awaitCalls(calls.sum() + 2_000);
            cluster.start(leader);
            awaitCalls(calls.sum() + 2_000);
            over = true;
            for (var caller : callers) {
                caller.get(END.toSeconds(), TimeUnit.SECONDS);
            }
            assertEquals(List.of(), List.copyOf(failures));
            for (var node : List.of("s1", "s2", "s3")) {
                expectEverything(cluster, cluster.server(node));
            }
        }
    }

    private void awaitCalls(long count) {
        Conditions.within(END, () -> calls.sum() >= count, () -> calls.sum() + " calls, expected " + count + "; " + failures);
    }

    private void work(RpcClient client, int number) {
        for (int i = 0; !over; i++) {
            var key = "k/" + number + "/" + i;
            write(client, key);
            read(client, key, QueryOptions.ZERO);
            read(client, key, QueryOptions.ZERO.withAllowStale(true));
        }
    }

    /// Creates a key that must not be there: a write that runs twice says false.
    private void write(RpcClient client, String key) {
        var request = KVSRequest.ZERO.withOp(KVOp.CAS)
                .withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.of(key.getBytes())));
        try {
            if (client.call(KVS.APPLY, request)) {
                written.put(key, key);
            } else {
                failures.add("ran twice: " + key);
            }
        } catch (CallException.MaybeExecuted e) {
            doubtful.put(key, e.getMessage());
        } catch (CallException e) {
            failures.add("write of " + key + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.increment();
    }

    private void read(RpcClient client, String key, QueryOptions options) {
        try {
            var found = client.call(KVS.GET, KeyRequest.ZERO.withKey(key).withQueryOptions(options)).entries();
            if (found.isEmpty() && written.containsKey(key) && !options.allowStale()) {
                failures.add("not there after it was written: " + key);
            }
        } catch (CallException e) {
            failures.add("read of " + key + " " + options.allowStale() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.increment();
    }

    /// Each server has every write that was acknowledged, and no other but those that were in doubt.
    private void expectEverything(ClusterOfServers cluster, RpcServer server) throws RpcException, InterruptedException {
        long last = cluster.agreement.lastIndex();
        Conditions.within(END, () -> applied(server) >= last, () -> "a server lags");
        var stored = server.endpoints().call(KVS.LIST, KeyRequest.ZERO.withKey("k/")
                .withQueryOptions(QueryOptions.ZERO.withAllowStale(true))).entries();
        var keys = new HashSet<String>();
        stored.forEach(entry -> keys.add(entry.key()));
        written.keySet().forEach(key -> assertTrue(keys.contains(key), () -> "lost: " + key));
        keys.forEach(key -> assertTrue(written.containsKey(key) || doubtful.containsKey(key), () -> "unasked: " + key));
    }

    private static long applied(RpcServer server) {
        try {
            return server.endpoints().call(Status.RAFT_STATS,
                    Empty.ZERO).lastIndex();
        } catch (RpcException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
