package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.server.Handlers;
import dev.proconsul.rpc.structs.SnapshotRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// No byte is lost or doubled between the detection of a protocol and its handler, wherever the first packets are cut.
class SplitsTest {
    /// What a client says at once, and how the answer begins.
    private record Talk(String name, byte[] said, byte[] answer) {}

    @AfterAll
    static void noThreadIsLeft() {
        Threads.awaitNone();
    }

    private static List<Talk> talks() {
        var save = Requests.encode(SnapshotRequest.CODEC, new SnapshotRequest("dc1", "", false, 0));
        return List.of(
                new Talk("byte 0", Requests.join(Wire.hex("00"), Requests.PING), Requests.OK),
                new Talk("byte 1", Wire.hex("01616263"), Wire.hex("616263")),
                new Talk("byte 4", Requests.join(Wire.hex("04"), Frame.window(Frame.SYN, 1).bytes(),
                        Frame.data(0, 1, Requests.PING).bytes()), Frame.window(Frame.ACK, 1).bytes()),
                new Talk("byte 5", Requests.join(Wire.hex("05"), save), Wire.hex("88a74261636b656e64")),
                new Talk("byte 6", Wire.hex("06616263"), Wire.hex("616263")),
                new Talk("byte 9", Wire.hex("09616263"), Wire.hex("616263")));
    }

    private static Handlers echoes() {
        var all = Handlers.NONE;
        for (var protocol : List.of(Protocol.RAFT, Protocol.RAFT_FORWARDING, Protocol.GOSSIP)) {
            all = all.with(protocol, connection -> connection.input().transferTo(connection.output()));
        }
        return all;
    }

    @TestFactory
    @DisplayName("every cut, in clear text and inside TLS of both versions")
    Stream<DynamicTest> cuts() {
        return talks().stream().flatMap(talk -> Stream.of("clear", "TLSv1.2", "TLSv1.3").map(way ->
                DynamicTest.dynamicTest(talk.name() + ", " + way, () -> everyCut(talk, way))));
    }

    /// All cuts at the same time: the first parts, a moment of silence, the second parts.
    private static void everyCut(Talk talk, String way) throws IOException {
        try (var server = TestServer.start(Mode.TLS_CAPABLE::of, echoes())) {
            var wires = new ArrayList<Wire>();
            try {
                for (int cut = 0; cut <= talk.said().length; cut++) {
                    var wire = way.equals("clear") ? server.connect()
                            : TlsClient.SERVER.speaking(way).after("03", server.address());
                    wires.add(wire);
                    if (cut > 0) {
                        wire.send(Arrays.copyOf(talk.said(), cut));
                    }
                }
                wires.getFirst().expectSilence();
                for (int cut = 0; cut < talk.said().length; cut++) {
                    wires.get(cut).send(Arrays.copyOfRange(talk.said(), cut, talk.said().length));
                }
                for (var wire : wires) {
                    wire.expect(talk.answer());
                }
            } finally {
                for (var wire : wires) {
                    wire.close();
                }
            }
        }
    }

    @TestFactory
    @DisplayName("every cut of type byte 3 and a ClientHello")
    Stream<DynamicTest> cutsOfHandshakes() {
        return Stream.of("", "03", "07").map(before -> DynamicTest.dynamicTest("'" + before + "'", () -> {
            var said = Requests.join(Wire.hex(before), Hello.ofTheJdk());
            try (var server = TestServer.start(Mode.TLS_CAPABLE::of)) {
                var wires = new ArrayList<Wire>();
                for (int cut = 0; cut < said.length; cut += cut < 12 ? 1 : 17) {
                    wires.add(server.connect());
                    if (cut > 0) {
                        wires.getLast().send(Arrays.copyOf(said, cut));
                    }
                }
                wires.getFirst().expectSilence();
                int cut = 0;
                for (var wire : wires) {
                    wire.send(Arrays.copyOfRange(said, cut, said.length)).expect("160303"); // ServerHello
                    cut += cut < 12 ? 1 : 17;
                    wire.close();
                }
            }
        }));
    }
}
