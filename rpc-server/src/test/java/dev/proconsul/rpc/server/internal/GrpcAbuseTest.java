package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Peers that speak gRPC badly, or too much of it; and the ends that connections come to.
class GrpcAbuseTest {
    private static final long SEED = 20_261_126;
    private static final String CHECK = "/grpc.health.v1.Health/Check";
    private static final int REFUSED_STREAM = 7;

    private TestServer server;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(config -> config.withMaxConnectionsPerClient(50));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private GrpcClient client() {
        return new GrpcClient(GrpcChannels.open(ClientConfig.of(server.address())));
    }

    @Test
    @DisplayName("A peer that leaves after any byte of the opening or of a call, by FIN or RST, leaves nothing behind")
    void survivesEveryCut() throws IOException, InterruptedException {
        var call = Http2.headers(CHECK);
        var all = Http2.join(Http2.opening(), Http2.frame(Http2.HEADERS, Http2.END_HEADERS, 1, call),
                Http2.frame(Http2.DATA, Http2.END_STREAM, 1, new byte[5]));
        for (int cut = 1; cut <= all.length; cut += cut < 50 ? 1 : 7) {
            try (var wire = server.connect()) {
                wire.send(Arrays.copyOf(all, cut));
                if (cut % 2 == 0) {
                    wire.finish().readToEnd();
                } else {
                    wire.reset();
                }
            }
        }
        server.expectIdle();
        server.awaitCounter("grpc.server.connections", 0);
        try (var client = client()) {
            assertEquals(ServingStatus.SERVING, client.health(""));
        }
    }

    @Test
    @DisplayName("Random frames after a good opening end, every time, and hurt nobody else")
    void survivesRandomFrames() throws IOException, InterruptedException {
        var random = new Random(SEED);
        try (var client = client()) {
            client.health("");
            for (int i = 0; i < 200; i++) {
                var payload = new byte[random.nextInt(60)];
                random.nextBytes(payload);
                try (var wire = server.connect()) {
                    wire.send(Http2.opening());
                    wire.sendUntilRefused(Http2.frame(random.nextInt(11), random.nextInt(64), random.nextInt(6), payload));
                    wire.sendUntilRefused(payload);
                    wire.finish();
                    wire.readToEnd();
                } catch (IOException e) {
                    // It was refused before it had said all.
                }
            }
            assertEquals(ServingStatus.SERVING, client.health(""), "seed " + SEED);
        }
        server.expectIdle();
    }

    @Test
    @DisplayName("A header block without end is ended at 64 KiB, before it is in memory")
    void limitsHeaderBlocks() throws IOException {
        try (var wire = server.connect()) {
            wire.send(Http2.opening()).expect(Http2.GREETING);
            wire.sendUntilRefused(Http2.frame(Http2.HEADERS, 0, 1, Http2.headers(CHECK)));
            var indexed = new byte[16_000];
            Arrays.fill(indexed, (byte) 0x82); // ":method: GET", once more
            for (int i = 0; i < 8; i++) {
                wire.sendUntilRefused(Http2.frame(Http2.CONTINUATION, 0, 1, indexed));
            }
            wire.readToEnd();
        }
        server.expectIdle();
    }

    @Test
    @DisplayName("More than 8 KiB of metadata is an error of that call alone")
    void limitsMetadata() throws IOException {
        try (var wire = server.connect()) {
            wire.send(Http2.opening()).expect(Http2.GREETING);
            wire.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, 1,
                    Http2.headers(CHECK, "x-large", "v".repeat(9_000))));
            assertEquals(1, Http2.await(wire, Http2.HEADERS).stream(), "an answer with status 431");
            wire.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, 3, Http2.headers(CHECK)),
                    Http2.frame(Http2.DATA, Http2.END_STREAM, 3, new byte[5]));
            assertEquals(3, Http2.await(wire, Http2.HEADERS).stream());
        }
    }

    @Test
    @DisplayName("Streams opened and reset at line rate end the connection")
    void limitsResets() throws IOException {
        try (var wire = server.connect()) {
            wire.send(Http2.opening()).expect(Http2.GREETING);
            var headers = Http2.headers(CHECK);
            for (int i = 0; i < 20_000; i++) {
                int stream = 2 * i + 1;
                try {
                    wire.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, headers),
                            Http2.frame(Http2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
                } catch (IOException e) {
                    assertTrue(i >= GrpcLimits.DEFAULT.maxResets(), () -> "too early: " + stream);
                    break;
                }
            }
            wire.readToEnd();
        }
        server.expectIdle();
        server.expectAlive();
    }

    @Test
    @DisplayName("One stream more than a connection may have is refused, the others go on")
    void limitsStreams() throws IOException, InterruptedException {
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT.withMaxStreams(3)); var wire = Wire.to(door.address())) {
            wire.send(Http2.opening()).expect(Http2.GREETING);
            for (int stream = 1; stream <= 7; stream += 2) {
                wire.send(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, Http2.headers(CHECK)));
            }
            var refused = Http2.await(wire, Http2.RST_STREAM);
            assertEquals(7, refused.stream());
            assertEquals(REFUSED_STREAM, refused.payload()[3]);
            wire.send(Http2.frame(Http2.DATA, Http2.END_STREAM, 1, new byte[5]));
            assertEquals(1, Http2.await(wire, Http2.HEADERS).stream());
        }
    }

    @Test
    @DisplayName("One connection more than all peers together may have is refused")
    void limitsConnections() throws IOException, InterruptedException {
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT.withMaxConnections(2));
                var first = Wire.to(door.address()); var second = Wire.to(door.address())) {
            first.send("08").expect(Http2.GREETING);
            second.send(Http2.opening()).expect(Http2.GREETING);
            try (var third = Wire.to(door.address())) {
                third.send("08").expectEnd();
            }
            first.reset();
            Conditions.await(() -> door.counter("grpc.server.connections") == 1, () -> "no place was given back");
            try (var fourth = Wire.to(door.address())) {
                fourth.send("08").expect(Http2.GREETING);
            }
        }
    }

    @Test
    @DisplayName("Calls that stream requests are limited in number; the next one is told so")
    void limitsUploads() throws IOException, InterruptedException {
        // Our own channels would try again.
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT, new BytesService());
                var proxy = GrpcProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new GrpcProxy.Target(door.address(), new TcpDialer(), Duration.ofSeconds(5)), System.err::println);
                var client = GrpcClient.plain(proxy.address())) {
            var calls = new ArrayList<ClientCall<byte[], byte[]>>();
            for (int i = 0; i < 512; i++) {
                calls.add(upload(client, new CompletableFuture<>()));
            }
            // The counter appears with the first call.
            Conditions.await(() -> door.handler.counters().getOrDefault("grpc.server.streams", 0L) == 512, () -> door.handler.counters().toString());
            var end = new CompletableFuture<Status>();
            upload(client, end);
            var status = end.orTimeout(10, TimeUnit.SECONDS).join();
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode(), status::toString);
            calls.forEach(call -> call.cancel("the test is over", null));
            Conditions.await(() -> door.counter("grpc.server.streams") == 0, () -> door.handler.counters().toString());
        }
    }

    private static ClientCall<byte[], byte[]> upload(GrpcClient client, CompletableFuture<Status> end) {
        var call = client.channel.newCall(BytesService.UPLOAD, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
                end.complete(status);
            }
        }, new Metadata());
        call.sendMessage(new byte[10]);
        return call;
    }

    @Test
    @DisplayName("The place of an address is free again when gRPC has closed its connection, whoever ended it")
    void givesPlacesBack() throws IOException, InterruptedException {
        server.close();
        server = TestServer.start(config -> config.withMaxConnectionsPerClient(1));
        for (int i = 0; i < 3; i++) {
            try (var client = client()) {
                assertEquals(ServingStatus.SERVING, client.health(""));
                try (var second = server.connect()) {
                    second.send("08").expectEnd();
                }
            }
            server.awaitCounter("rpc.connections", 0);
        }
        assertEquals(3, server.counter("rpc.reject_conn"));
    }

    @Test
    @DisplayName("Half-open connections, as many as may come, cost no platform thread and do not start gRPC")
    void survivesSilentPeers() throws IOException, InterruptedException {
        int before = Thread.getAllStackTraces().size();
        var silent = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 49; i++) {
                silent.add(server.connect().send(Arrays.copyOf(Http2.opening(), 1 + i % 30)));
            }
            for (var wire : silent) {
                wire.expect(Http2.GREETING);
            }
            assertTrue(Thread.getAllStackTraces().size() <= before + 3, "platform threads were made");
            assertEquals(0, server.counter("grpc.server.connection.count"));
            try (var client = client()) {
                assertEquals(ServingStatus.SERVING, client.health(""));
            }
        } finally {
            for (var wire : silent) {
                wire.close();
            }
        }
        server.expectIdle();
    }

    @Test
    @DisplayName("A server that leaves lets unary calls finish, tells who watches health, and then ends")
    void drains() throws Exception {
        var service = new BytesService();
        var door = GrpcDoor.open(GrpcLimits.DEFAULT, service);
        try (var client = new GrpcClient(GrpcChannels.open(ClientConfig.of(door.address())))) {
            var seen = new LinkedBlockingQueue<ServingStatus>();
            HealthGrpc.newStub(client.channel).watch(HealthCheckRequest.getDefaultInstance(), watching(seen));
            assertEquals(ServingStatus.SERVING, seen.poll(10, TimeUnit.SECONDS));
            var answer = CompletableFuture.supplyAsync(() -> client.call(BytesService.WAIT, new byte[7]));
            service.waiting.await();
            assertEquals(1, door.handler.callsInFlight());

            door.handler.goAway();

            assertEquals(ServingStatus.NOT_SERVING, seen.poll(10, TimeUnit.SECONDS));
            service.mayGoOn.countDown();
            assertEquals(7, answer.get(10, TimeUnit.SECONDS).length);
            Conditions.await(() -> door.handler.callsInFlight() == 0, () -> "still in flight");
        } finally {
            door.close();
        }
    }

    private static StreamObserver<HealthCheckResponse> watching(LinkedBlockingQueue<ServingStatus> seen) {
        return new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse message) {
                seen.add(message.getStatus());
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Test
    @DisplayName("Closing the server ends open streams and their connections, and leaves no thread")
    void endsStreams() throws Exception {
        var seen = new LinkedBlockingQueue<ServingStatus>();
        try (var client = client()) {
            HealthGrpc.newStub(client.channel).watch(HealthCheckRequest.getDefaultInstance(), watching(seen));
            assertEquals(ServingStatus.SERVING, seen.poll(10, TimeUnit.SECONDS));
            server.close();
            var failure = assertThrows(StatusRuntimeException.class, () -> client.health(""));
            assertTrue(List.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED)
                    .contains(failure.getStatus().getCode()), failure::toString);
        }
        server = TestServer.start();
    }
}
