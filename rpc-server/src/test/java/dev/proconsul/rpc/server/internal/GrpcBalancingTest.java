package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Channels of the client to three servers, by the rows of `calls.md` section 10 on resolver and balancer.
class GrpcBalancingTest {
    private static final Duration DIAL = Duration.ofSeconds(10);
    private static final MethodDescriptor<byte[], byte[]> ASK = BytesService.method("Ask", MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> SUBSCRIBE = BytesService.method(
            "subscribe.StateChangeSubscription", "Subscribe", MethodType.SERVER_STREAMING);

    private final List<Named> servers = new ArrayList<>();
    private final ServerRouter router = new ServerRouter(ServerRouter.Settings.ofClient("dc1"), (_, _) -> Duration.ZERO);
    private ManagedChannel channel;

    /// A server that says its name, or what it is told to.
    private static final class Named implements AutoCloseable {
        final String name;
        final GrpcDoor door;
        final ServerInfo info;
        final AtomicInteger calls = new AtomicInteger();
        volatile Status status = Status.OK;

        Named(String name, String datacenter) throws IOException {
            this.name = name;
            door = GrpcDoor.open(GrpcLimits.DEFAULT, asking(), subscribing());
            info = new ServerInfo(name, name, datacenter, "127.0.0.1:" + door.address().getPort());
        }

        private BindableService asking() {
            return () -> ServerServiceDefinition.builder("test.Bytes")
                    .addMethod(ASK, ServerCalls.asyncUnaryCall((_, answer) -> {
                        calls.incrementAndGet();
                        if (status.isOk()) {
                            answer.onNext(name.getBytes(StandardCharsets.UTF_8));
                            answer.onCompleted();
                        } else {
                            answer.onError(status.asException());
                        }
                    })).build();
        }

        /// A stream that breaks after its first message.
        private BindableService subscribing() {
            return () -> ServerServiceDefinition.builder("subscribe.StateChangeSubscription")
                    .addMethod(SUBSCRIBE, ServerCalls.asyncServerStreamingCall((_, answer) -> {
                        calls.incrementAndGet();
                        answer.onNext(new byte[1]);
                        answer.onError(Status.UNAVAILABLE.asException());
                    })).build();
        }

        long connections() {
            return door.counter("grpc.server.connection.count");
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        for (var name : List.of("a", "b", "c")) {
            servers.add(new Named(name, "dc1"));
            router.lan().joined(servers.getLast().info);
        }
        channel = GrpcChannels.toDatacenter(router, "dc1", Dialers.clearText(), DIAL);
    }

    @AfterEach
    void close() throws IOException {
        channel.shutdownNow();
        for (var server : servers) {
            server.close();
        }
        router.close();
    }

    private static String ask(ManagedChannel channel) {
        return new String(ClientCalls.blockingUnaryCall(channel, ASK, CallOptions.DEFAULT, new byte[0]),
                StandardCharsets.UTF_8);
    }

    private String ask() {
        return ask(channel);
    }

    private Named server(String name) {
        return servers.stream().filter(server -> server.name.equals(name)).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("G1: 3 servers, repeated calls: one connection, same server")
    void staysWithOneServer() {
        var names = new LinkedHashSet<String>();
        for (int i = 0; i < 20; i++) {
            names.add(ask());
        }

        assertEquals(1, names.size());
        assertEquals(1, servers.stream().mapToLong(Named::connections).sum());
    }

    @Test
    @DisplayName("G2: call ends RESOURCE_EXHAUSTED: moves to the server with the oldest failure; gRPC retries after back-off")
    void movesOnWhenExhausted() {
        var first = server(ask());
        first.status = Status.RESOURCE_EXHAUSTED;

        var second = server(ask()); // the same call, made again
        assertNotEquals(first.name, second.name);
        second.status = Status.RESOURCE_EXHAUSTED;
        var third = server(ask());
        assertNotEquals(first.name, third.name);
        assertNotEquals(second.name, third.name);
        first.status = Status.OK;
        third.status = Status.RESOURCE_EXHAUSTED;

        assertEquals(first.name, ask());
    }

    @Test
    @DisplayName("G3: call ends PERMISSION_DENIED or NOT_FOUND: no move")
    void staysWhenTheCallerIsWrong() {
        var first = server(ask());
        for (var status : List.of(Status.PERMISSION_DENIED, Status.NOT_FOUND)) {
            first.status = status;
            assertEquals(status.getCode(),
                    assertThrows(StatusRuntimeException.class, this::ask).getStatus().getCode());
        }
        first.status = Status.OK;

        assertEquals(first.name, ask());
        assertEquals(1, servers.stream().mapToLong(Named::connections).sum());
    }

    @Test
    @DisplayName("G4: rebalance: new random order, failure marks cleared, moves if first changed")
    void followsShuffles() throws Exception {
        var names = new LinkedHashSet<String>();
        for (int i = 0; i < 100 && names.size() < 3; i++) {
            router.rebalance("dc1");
            var name = ask();
            assertEquals(router.servers().getFirst().server().node(), name);
            names.add(name);
        }
        assertEquals(3, names.size(), "a hundred shuffles, and always the same first");
    }

    @Test
    @DisplayName("G5, G6: current server leaves: moves to another; all leave: resolver produced no addresses")
    void followsMembership() {
        for (int left = 3; left > 0; left--) {
            var name = ask();
            router.lan().left(server(name).info);
        }

        var status = assertThrows(StatusRuntimeException.class, this::ask).getStatus();
        assertEquals("UNAVAILABLE: resolver error: resolver produced no addresses",
                status.getCode() + ": " + status.getDescription());
    }

    @Test
    @DisplayName("G7: own-dc server announced in the WAN pool: ignored by the resolver; other datacenters: only from there")
    void knowsWhereServersWereMet() throws Exception {
        servers.subList(0, 3).forEach(server -> router.lan().left(server.info));
        router.wan().joined(server("a").info);
        assertThrows(StatusRuntimeException.class, this::ask);

        servers.add(new Named("far", "dc2"));
        router.wan().joined(server("far").info);
        var far = GrpcChannels.toDatacenter(router, "dc2", Dialers.clearText(), DIAL);
        try {
            assertEquals("far", ask(far));
        } finally {
            far.shutdownNow();
        }
    }

    @Test
    @DisplayName("G8: leader changes: leader connection re-targets; without leader it fails")
    void followsTheLeader() {
        var leader = GrpcChannels.toLeader(router, Dialers.clearText(), DIAL);
        try {
            for (var name : List.of("b", "c", "b")) {
                router.lan().leader(server(name).info.address());
                assertEquals(name, ask(leader));
            }
            router.lan().leader("");
            assertThrows(StatusRuntimeException.class, () -> ask(leader));
        } finally {
            leader.shutdownNow();
        }
    }

    @Test
    @DisplayName("G9: stream already delivered a message, then breaks: no transparent retry; the client sees the error")
    void neverRepeatsAStreamThatHasSpoken() {
        var answers = ClientCalls.blockingServerStreamingCall(channel, SUBSCRIBE, CallOptions.DEFAULT, new byte[0]);
        assertEquals(1, answers.next().length);

        assertEquals(Status.Code.UNAVAILABLE,
                assertThrows(StatusRuntimeException.class, answers::next).getStatus().getCode());
        assertEquals(1, servers.stream().mapToInt(server -> server.calls.get()).sum());
    }

    @Test
    void triesAnotherServerWhenOneIsNotThere() throws Exception {
        var name = ask();
        var gone = server(name);
        servers.remove(gone);
        gone.close();

        Conditions.await(() -> {
            try {
                return !ask().equals(name);
            } catch (StatusRuntimeException unreachable) {
                return false;
            }
        }, () -> "no other server is tried");
        assertTrue(servers.stream().anyMatch(server -> server.calls.get() > 0));
    }
}
