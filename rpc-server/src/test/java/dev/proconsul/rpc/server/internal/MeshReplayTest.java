package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.CAConfiguration;
import dev.proconsul.rpc.structs.CARequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Replays what clients asked a real server about certificates and intentions. Ours has the cluster's identifier of that
/// server, which stands in the requests that were recorded, and an authority of its own.
class MeshReplayTest {
    private static final int RECORDS = 17;
    private static final byte CONNECT_CA = 13;
    private static final String CLUSTER = "c825420d-b383-507e-be0b-b94e25d66ce9";

    /// What is another server's, another moment's, or of 2.0 only.
    private static final Set<String> VARYING = Set.of("ActiveRootID", "ID", "RootCert", "SerialNumber", "SigningKeyID",
            "NotBefore", "NotAfter", "ValidAfter", "ValidBefore", "CertPEM", "CreateIndex", "ModifyIndex", "Index",
            "KnownLeader", "ResultsFilteredByACLs");

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        var config = CAConfiguration.ZERO.withClusterID(CLUSTER).withProvider("consul")
                .withConfig(Map.of("LeafCertTTL", "72h", "IntermediateCertTTL", "8760h"));
        server.running().apply(Requests.join(new byte[] {CONNECT_CA},
                Requests.encode(CARequest.CODEC, CARequest.ZERO.withOp("set-config").withConfig(config))));
    }

    @AfterAll
    static void stop() {
        server.close();
        Threads.awaitNone();
    }

    @Test
    @DisplayName("Every record is there")
    void everyRecordIsThere() throws IOException {
        assertEquals(RECORDS, Transcript.mesh().size());
    }

    @TestFactory
    Stream<DynamicTest> replays() throws IOException {
        return Transcript.mesh().stream().map(record -> DynamicTest.dynamicTest(record.id(), () -> {
            for (var call : record.calls()) {
                compare(record, call, Methods.named(call.method()).orElseThrow());
            }
        }));
    }

    private static <R> void compare(Transcript record, Transcript.Call call, Method<?, R> method) throws Exception {
        var in = reader(record.multiplexed() ? overByte4(call.bytes(), method) : overByte0(call.bytes()));
        var header = ResponseHeader.CODEC.decode(in);
        assertEquals(call.error(), header.error());
        if (header.error().isEmpty()) {
            in.startMessage();
            var reply = method.reply().toJson(method.reply().decode(in));
            var expected = method.reply().toJson(method.reply().decode(reader(call.responseBody())));
            assertEquals(normal(expected), normal(reply));
        }
    }

    private static MsgpackReader reader(byte[] bytes) {
        return MsgpackReader.of(bytes, DecodeLimits.DEFAULT);
    }

    private static byte[] overByte0(byte[] request) throws IOException {
        try (var wire = server.connect()) {
            wire.send(Wire.hex("00"), request);
            return wire.finish().readToEnd();
        }
    }

    private static byte[] overByte4(byte[] request, Method<?, ?> method) throws IOException {
        try (var wire = server.multiplexed()) {
            wire.open(1, request);
            wire.until(() -> Requests.isWhole(wire.stream(1).data(), method));
            return wire.stream(1).data();
        }
    }

    private static Object normal(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var copy = new TreeMap<String, Object>();
                map.forEach((key, value) ->
                        copy.put(key.toString(), VARYING.contains(key.toString()) ? "#" : normal(value)));
                yield copy;
            }
            case List<?> list -> list.stream().map(MeshReplayTest::normal).toList();
            case null -> "nil";
            case Object other -> other;
        };
    }
}
