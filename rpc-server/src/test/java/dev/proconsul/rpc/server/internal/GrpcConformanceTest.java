package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.GrpcChannels;
import dev.proconsul.rpc.server.internal.grpc.GrpcLimits;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rows of the transport chapter on gRPC, and what a stock client sees.
class GrpcConformanceTest {
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final List<String> SERVICES = List.of(
            HEALTH, "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
            "proconsul.stream.StateStream", "subscribe.StateChangeSubscription");
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final Duration SHORT = Duration.ofMillis(120);

    private TestServer server;

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private GrpcClient client() {
        return new GrpcClient(GrpcChannels.open(ClientConfig.of(server.address())));
    }

    @Test
    @DisplayName("transport row 14: SETTINGS come unasked, and gRPC does not even start before the client speaks")
    void greets() throws IOException {
        try (var wire = server.connect()) {
            wire.send("08").expect(Http2.GREETING).expectSilence();
            assertEquals(0, server.counter("grpc.server.connection.count"));
            wire.send(Http2.join(Http2.PREFACE, Http2.frame(Http2.SETTINGS, 0, 0)));
            assertEquals(Http2.SETTINGS, Http2.read(wire).type(), "gRPC's own");
            server.awaitCounter("grpc.server.connection.count", 1);
        }
    }

    @ParameterizedTest(name = "{1}: {2}")
    @DisplayName("transport row 136: unknown services and methods, in Go's words")
    @CsvSource(delimiter = '|', value = {
        "foo.Bar                  | Baz   | unknown service foo.Bar",
        "grpc.health.v1.Health    | Chuck | unknown method Chuck for service grpc.health.v1.Health",
        "subscribe.StateChange    | X     | unknown service subscribe.StateChange"
    })
    void refusesWhatIsNotThere(String service, String method, String message) throws InterruptedException {
        try (var client = client()) {
            var unknown = BytesService.method(service, method, MethodType.UNARY);
            var failure = assertThrows(StatusRuntimeException.class, () -> client.call(unknown, new byte[100]));

            assertEquals(Status.Code.UNIMPLEMENTED, failure.getStatus().getCode());
            assertEquals(message, failure.getStatus().getDescription());
            assertEquals(ServingStatus.SERVING, client.health(""), "the connection lives on");
        }
    }

    @Test
    @DisplayName("transport row 138, deviation: health knows the server and every service by name")
    void answersHealth() throws InterruptedException {
        try (var client = client()) {
            assertEquals(ServingStatus.SERVING, client.health(""));
            for (var service : SERVICES) {
                assertEquals(ServingStatus.SERVING, client.health(service));
            }
            var failure = assertThrows(StatusRuntimeException.class, () -> client.health("subscribe.Nothing"));
            assertEquals(Status.Code.NOT_FOUND, failure.getStatus().getCode());
        }
    }

    @Test
    @DisplayName("transport row 138, deviation: reflection lists what is served and nothing else, and describes it")
    void answersReflection() throws InterruptedException {
        try (var client = client()) {
            assertEquals(SERVICES, client.services());
            assertEquals(SERVICES, client.servicesOfOlderReflection());
            var described = client.ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(HEALTH).build());
            assertEquals(1, described.getFileDescriptorResponse().getFileDescriptorProtoCount());
            var unknown = client.ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol("foo.Bar").build());
            assertEquals(Status.Code.NOT_FOUND.value(), unknown.getErrorResponse().getErrorCode());
        }
    }

    @Test
    @DisplayName("transport row 139: no preface, or half of one, is ended at the timeout: 120 s by default")
    void endsSilence() throws IOException, InterruptedException {
        assertEquals(Duration.ofSeconds(120), GrpcLimits.DEFAULT.openingTimeout());
        var limits = GrpcLimits.DEFAULT.withOpeningTimeout(SHORT);
        for (int sent : new int[] {1, 2, 25, 30}) {
            try (var door = GrpcDoor.open(limits); var wire = Wire.to(door.address())) {
                long begin = System.nanoTime();
                wire.send(Arrays.copyOf(Http2.opening(), sent)).expect(Http2.GREETING).expectEnd();
                assertTrue(System.nanoTime() - begin >= SHORT.toNanos() * 9 / 10, "too early");
                assertEquals(1, door.counter("grpc.server.connection.refused"));
            }
        }
    }

    @Test
    @DisplayName("transport row 139: a byte now and then does not make the time longer")
    void endsDripping() throws IOException, InterruptedException {
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT.withOpeningTimeout(SHORT)); var wire = Wire.to(door.address())) {
            long begin = System.nanoTime();
            for (var b : Http2.opening()) {
                wire.sendUntilRefused(new byte[] {b});
                LockSupport.parkNanos(SHORT.toNanos() / 10);
            }
            wire.expect(Http2.GREETING);
            wire.expectEnd();
            assertTrue(System.nanoTime() - begin < Wire.PATIENCE.toNanos());
            assertEquals(1, door.counter("grpc.server.connection.refused"));
        }
    }

    @ParameterizedTest
    @DisplayName("transport row 140: another protocol after byte 8 is ended at once")
    @ValueSource(strings = {"GET / HTTP/1.1", "PRI * HTTP/1.0xxxxxxxxxxxxxxxxx", "0", "PRI * HTTP/2.0xxxx"})
    void endsOtherProtocols(String said) throws IOException {
        try (var wire = server.connect()) {
            wire.send(new byte[] {8}, said.getBytes(StandardCharsets.US_ASCII));
            wire.expect(Http2.GREETING).expectEnd();
        }
        server.awaitCounter("grpc.server.connection.refused", 1);
        assertEquals(0, server.counter("grpc.server.connection.count"), "it never reaches gRPC");
        server.expectAlive();
    }

    @Test
    @DisplayName("transport row 140: HTTP/2 whose first frame is no SETTINGS is ended at once")
    void endsOtherFrames() throws IOException {
        try (var wire = server.connect()) {
            wire.send(new byte[] {8}, Http2.PREFACE, Http2.frame(Http2.PING, 0, 0, new byte[8]));
            wire.expect(Http2.GREETING).expectEnd();
        }
        server.awaitCounter("grpc.server.connection.refused", 1);
    }

    @Test
    @DisplayName("transport row 141: pings without streams are too many after a few; the peer is told, and dropped")
    void endsPingFloods() throws IOException {
        try (var wire = server.connect()) {
            wire.send(Http2.opening()).expect(Http2.GREETING);
            for (int i = 0; i < 5; i++) {
                wire.sendUntilRefused(Http2.frame(Http2.PING, 0, 0, new byte[8]));
            }
            var goAway = ByteBuffer.wrap(Http2.await(wire, Http2.GOAWAY).payload());
            assertEquals(ENHANCE_YOUR_CALM, goAway.getInt(4));
            assertEquals("too_many_pings", new String(goAway.array(), 8, goAway.capacity() - 8, StandardCharsets.US_ASCII));
            wire.readToEnd();
        }
        server.expectIdle();
    }

    @Test
    @DisplayName("transport chapter 8.1: a message of 4 MiB is taken; a larger one ends its call, and no other")
    void limitsMessages() throws IOException {
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT, new BytesService());
                var client = new GrpcClient(GrpcChannels.open(ClientConfig.of(door.address())))) {
            assertEquals(4 << 20, client.call(BytesService.ECHO, new byte[4 << 20]).length);
            var failure = assertThrows(StatusRuntimeException.class,
                    () -> client.call(BytesService.ECHO, new byte[(4 << 20) + 1]));
            assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode(), "gRPC-Java resets the stream");
            assertEquals(1, client.call(BytesService.ECHO, new byte[1]).length);
            assertEquals(1, door.counter("grpc.server.connection.count"), "still the same connection");
        }
    }

    @Test
    @DisplayName("transport chapter 8.1: a service that fails ends its call with INTERNAL, and keeps its secrets")
    void hidesFaults() throws IOException, InterruptedException {
        try (var door = GrpcDoor.open(GrpcLimits.DEFAULT, new BytesService());
                var client = new GrpcClient(GrpcChannels.open(ClientConfig.of(door.address())))) {
            var failure = assertThrows(StatusRuntimeException.class, () -> client.call(BytesService.FAIL, new byte[1]));
            assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
            assertEquals("grpc: panic serving request", failure.getStatus().getDescription());
            assertEquals(1, client.call(BytesService.ECHO, new byte[1]).length);
        }
    }
}
