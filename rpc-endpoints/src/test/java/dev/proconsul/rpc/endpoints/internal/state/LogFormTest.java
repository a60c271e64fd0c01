package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.Command;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.Session;
import dev.proconsul.rpc.structs.SessionBehavior;
import dev.proconsul.rpc.structs.SessionOp;
import dev.proconsul.rpc.structs.SessionRequest;
import dev.proconsul.rpc.structs.WriteRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Commands as bytes in the log.
class LogFormTest {
    /// Recorded with Consul's codec.
    private static final String KVS_REQUEST = "84aa4461746163656e746572ac6461746163656e7465722d31a6446972456e7487"
            + "ab437265617465496e646578cd1b5ba5466c616773cd138ba34b6579a56b65792d34a94c6f636b496e646578cd0bbb"
            + "ab4d6f64696679496e646578cd1f43a753657373696f6ea973657373696f6e2d36a556616c7565a800017f80c0fffe05"
            + "a24f70a46f702d32a5546f6b656ea7746f6b656e2d39";

    private final StateStore store = new Scene().store;

    @Test
    void aKvCommandIsType2AndTheRequest() throws RpcException {
        var value = Bytes.of(HexFormat.of().parseHex("00017f80c0fffe05"));
        var entry = new DirEntry(3003, "key-4", 5003, value, "session-6", new RaftIndex(7003, 8003));
        var command = Commands.KVS.with(
                new KVSRequest("datacenter-1", new KVOp("op-2"), entry, new WriteRequest("token-9")));
        assertArrayEquals(HexFormat.of().parseHex("02" + KVS_REQUEST), command.encode());
        assertEquals(command, store.decode(command.encode()));
    }

    @Test
    void aSessionCommandIsType3AndTheRequest() throws RpcException {
        var session = Session.ZERO.withId("s").withNode("n").withLockDelay(Duration.ofSeconds(15))
                .withBehavior(SessionBehavior.DELETE).withNodeChecks(List.of("serfHealth"));
        var command = Commands.SESSION.with(SessionRequest.ZERO.withOp(SessionOp.CREATE).withSession(session));
        byte[] encoded = command.encode();
        assertEquals(3, encoded[0]);
        assertEquals(command, store.decode(encoded));
    }

    @Test
    void aReapIsType5WithTheFieldsOfATombstoneRequest() throws RpcException {
        byte[] encoded = Scene.reap(70_000).encode();
        var text = new String(encoded, StandardCharsets.ISO_8859_1);
        assertEquals("\u0005\u0084\u00aaDatacenter\u00a0\u00a2Op\u00a4reap\u00a9ReapIndex\u00ce\u0000\u0001\u0011\u0070"
                + "\u00a5Token\u00a0", text);
        assertEquals(Scene.reap(70_000), store.decode(encoded));
    }

    /// A reader of the log takes any order, and steps over what it does not know.
    @Test
    void aReapWithOtherFieldsIsRead() throws RpcException {
        byte[] encoded = bytes("\u0005\u0083\u00a9ReapIndex\u0007\u00a5Extra\u0092\u0001\u00c0\u00a2Op\u00a4reap");
        assertEquals(Scene.reap(7), store.decode(encoded));
    }

    @Test
    void whatIsNoCommandIsRefusedByName() {
        assertRefused("empty log entry, expected a message type", "");
        assertRefused("log entry of unknown message type 10", "\n\u0080");
    }

    @Test
    void anUnknownTypeThatMayBeIgnoredDoesNothing() throws RpcException {
        var before = store.current();
        assertSame(Nothing.NOTHING, store.apply(100, store.decode(bytes("\u00bf\u0080"))));
        assertSame(before, store.current());
    }

    @Test
    void aReapThatIsNoneIsRefused() throws RpcException {
        var refused = assertInstanceOf(RpcException.class,
                store.apply(100, store.decode(bytes("\u0005\u0081\u00a2Op\u00a1x"))));
        assertEquals("Invalid Tombstone operation 'x'", refused.getMessage());
    }

    @Test
    void everyCutOfACommandIsRefused() {
        byte[] encoded = HexFormat.of().parseHex("02" + KVS_REQUEST);
        for (int length = 1; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            var failure = assertThrows(RpcException.class, () -> store.decode(cut));
            assertTrue(failure.getMessage().startsWith("log entry of message type 2: "), failure.getMessage());
        }
    }

    @Test
    void randomBytesGiveACommandOrAReason() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(40)];
            random.nextBytes(noise);
            noise[0] = (byte) random.nextInt(6);
            try {
                assertInstanceOf(StateCommand.class, store.decode(noise));
            } catch (RpcException e) {
                assertTrue(e.getMessage().length() > 10, "no reason given");
            }
        }
    }

    @Test
    void aCommandOfSomebodyElseIsRefused() {
        Command foreign = () -> new byte[0];
        var refused = assertInstanceOf(RpcException.class, store.apply(1, foreign));
        assertTrue(refused.getMessage().startsWith("the state store does not know commands of "));
    }

    private void assertRefused(String text, String encoded) {
        assertEquals(text, assertThrows(RpcException.class, () -> store.decode(bytes(encoded))).getMessage());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
