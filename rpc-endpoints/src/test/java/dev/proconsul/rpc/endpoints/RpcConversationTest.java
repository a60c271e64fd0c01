package dev.proconsul.rpc.endpoints;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.MessageBudget;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.Codecs;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Method.Access;
import dev.proconsul.rpc.structs.Method.RateClass;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.Shape;
import dev.proconsul.rpc.structs.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// One conversation in memory: what is answered, and whether it goes on. The same over sockets is tested with the
/// server.
class RpcConversationTest {
    private static final String PING = "82a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780";
    private static final String OK = "83a54572726f72a0a353657101ad536572766963654d6574686f64ab5374617475732e50696e6780";

    private static final Method<Empty, String> UNWRITABLE = new Method<>("Test.Unwritable", Empty.CODEC, unwritable(),
            Access.READ, false, RateClass.EXEMPT, "");
    private static final Method<Empty, String> BROKEN = new Method<>("Test.Broken", Empty.CODEC, Codecs.STRING,
            Access.READ, false, RateClass.EXEMPT, "");
    private static final Method<Empty, String> CANCELLED = new Method<>("Test.Cancelled", Empty.CODEC, Codecs.STRING,
            Access.READ, false, RateClass.EXEMPT, "");

    private final List<String> events = new ArrayList<>();
    private final EndpointTable table = EndpointTable.of(List.of(
            new Endpoint<>(Status.PING, (_, _) -> Empty.ZERO),
            new Endpoint<>(KVS.APPLY, RpcConversationTest::refuseWithoutKey),
            new Endpoint<>(UNWRITABLE, (_, _) -> "x"),
            new Endpoint<>(BROKEN, (_, _) -> {
                throw new IllegalStateException("a fault");
            }),
            new Endpoint<>(CANCELLED, (_, _) -> {
                throw new InterruptedException("cancelled");
            })));
    private final RpcConversation conversation = new RpcConversation(table, new Recorder());

    @Test
    @DisplayName("transport rows 3, 59, 60: requests are answered in order until the peer has finished")
    void answersInOrder() throws Exception {
        assertEquals(OK + OK.replace("a353657101", "a353657102"),
                talk(PING + PING.replace("a353657101", "a353657102")));
        assertEquals(List.of("begun Status.Ping", "ended Status.Ping", "begun Status.Ping", "ended Status.Ping"),
                events);
    }

    @Test
    void anErrorOfAMethodLeavesTheConversationOpen() throws Exception {
        var answers = answers(request(1, KVS.APPLY, KVSRequest.ZERO) + PING);

        assertEquals(List.of("1 Must provide key", "1 "), answers);
    }

    @Test
    void aFaultOfAMethodIsAnsweredReportedAndLeavesTheConversationOpen() throws Exception {
        var answers = answers(request(7, BROKEN, Empty.ZERO) + PING);

        assertEquals(List.of("7 internal error in Test.Broken: java.lang.IllegalStateException: a fault", "1 "),
                answers);
        assertTrue(events.contains("faulted Test.Broken: a fault"));
    }

    @Test
    void aReplyThatCannotBeWrittenLeavesNoHalfAnswerBehind() throws Exception {
        var answers = answers(request(7, UNWRITABLE, Empty.ZERO) + PING);

        assertEquals(List.of("7 internal error in Test.Unwritable: java.lang.IllegalStateException: no form", "1 "),
                answers);
    }

    @Test
    void aCancelledCallEndsTheConversationWithoutAnAnswer() {
        var connection = new RecordedConnection(HexFormat.of().parseHex(request(7, CANCELLED, Empty.ZERO) + PING));

        assertThrows(InterruptedException.class, () -> conversation.serve(connection));
        assertEquals(0, connection.got.size());
        assertEquals(List.of("begun Test.Cancelled", "ended Test.Cancelled"), events);
    }

    @Test
    void anAbortedConnectionInterruptsWhoServesIt() throws Exception {
        var connection = new RecordedConnection(new byte[0]);
        conversation.serve(connection);
        connection.abortActions.getFirst().run();

        assertTrue(Thread.interrupted());
    }

    @Test
    @DisplayName("a header is held to 8 KiB, on both sides of the limit")
    void headerLimit() throws Exception {
        assertEquals(List.of("1 rpc: can't find service " + "x".repeat(4000) + ".y"),
                answers(header(1, "x".repeat(4000) + ".y") + "80"));
        events.clear();
        assertEquals(List.of(), answers(header(1, "x".repeat(4095) + ".y") + "80"));
        assertEquals(List.of("failed rpc: server cannot decode request: string of 4097 bytes, longer than the limit "
                + "`string` of 4096"), events);
    }

    @Test
    @DisplayName("a body is held to its limits, on both sides")
    void bodyLimit() throws Exception {
        var strict = new RpcConversation(table, new Recorder(), DecodeLimits.DEFAULT.withString(10));
        var fits = request(1, KVS.APPLY, withValue(10));
        var exceeds = request(1, KVS.APPLY, withValue(11));

        assertEquals(List.of("1 ", "1 "), answers(strict, fits + PING));
        assertEquals(List.of("1 string of 11 bytes, longer than the limit `string` of 10"),
                answers(strict, exceeds + PING));
    }

    @Test
    @DisplayName("a request and its answer are held to a budget, on both sides of it")
    void answerBudget() throws Exception {
        int size = (PING.length() + OK.length()) / 2;
        var enough = new RpcConversation(table, new Recorder(), DecodeLimits.DEFAULT, new MessageBudget(size));
        var tooLittle = new RpcConversation(table, new Recorder(), DecodeLimits.DEFAULT, new MessageBudget(size - 1));

        assertEquals(List.of("1 "), answers(enough, PING));
        assertThrows(IOException.class, () -> answers(tooLittle, PING));
    }

    @Test
    @DisplayName("what other conversations hold is missing from the budget, until it is given back")
    void sharedBudget() throws Exception {
        var budget = new MessageBudget((PING.length() + OK.length()) / 2);
        var shared = new RpcConversation(table, new Recorder(), DecodeLimits.DEFAULT, budget);
        budget.take(1);

        assertThrows(IOException.class, () -> answers(shared, PING));
        budget.giveBack(1);
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of("1 "), answers(shared, PING), "all of it came back");
        }
    }

    @Test
    @DisplayName("a megabyte of nested arrays, and announced lengths of 2^32-1, are refused and not built")
    void hostileBodies() throws Exception {
        var nested = header(1, "KVS.Apply") + "81a644697245" + "6e74" + "91".repeat(1 << 20);
        assertTrue(answers(nested).getFirst().startsWith("1 "));
        assertEquals(List.of("1 rpc: can't find service No.Such"),
                answers(header(1, "No.Such") + "91".repeat(1 << 20)));
        for (var length : List.of("dbffffffff", "ddffffffff", "dfffffffff", "c6ffffffff")) {
            assertEquals(1, answers(header(1, "KVS.Apply") + length).size(), length);
            assertEquals(1, answers(header(1, "KVS.Apply") + "81a54f74686572" + length).size(), length);
        }
    }

    @Test
    @DisplayName("a recorded conversation cut at every byte, or with any byte changed, ends in order")
    void everyCutAndManyMutations() throws Exception {
        var whole = HexFormat.of().parseHex(PING + request(2, KVS.APPLY, withValue(5)) + header(3, "No.Such") + "80");
        for (int length = 0; length <= whole.length; length++) {
            serve(conversation, Arrays.copyOf(whole, length));
        }
        long seed = 20261124;
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var changed = whole.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                serve(conversation, changed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(changed),
                        e);
            }
        }
    }

    private static Boolean refuseWithoutKey(KVSRequest request, CallContext context) throws RpcException {
        if (request.dirEnt().key().isEmpty()) {
            throw new RpcException("Must provide key");
        }
        return true;
    }

    private static KVSRequest withValue(int length) {
        return KVSRequest.ZERO.withDirEnt(DirEntry.ZERO.withKey("k").withValue(Bytes.of(new byte[length])));
    }

    private static String header(long seq, String method) {
        return hex(RequestHeader.CODEC, new RequestHeader(seq, method));
    }

    private static <Q> String request(long seq, Method<Q, ?> method, Q request) {
        return header(seq, method.name()) + hex(method.request(), request);
    }

    private static <T> String hex(Codec<T> codec, T value) {
        var out = new MsgpackWriter();
        codec.encode(value, out);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    private String talk(String said) throws Exception {
        return HexFormat.of().formatHex(serve(conversation, HexFormat.of().parseHex(said)).toByteArray());
    }

    private static ByteArrayOutputStream serve(RpcConversation conversation, byte[] said) throws Exception {
        var connection = new RecordedConnection(said);
        conversation.serve(connection);
        return connection.got;
    }

    private List<String> answers(String said) throws Exception {
        return answers(conversation, said);
    }

    /// The answers as "Seq Error".
    private static List<String> answers(RpcConversation conversation, String said) throws Exception {
        var reader = MsgpackReader.of(serve(conversation, HexFormat.of().parseHex(said)).toByteArray(),
                DecodeLimits.DEFAULT);
        var answers = new ArrayList<String>();
        while (!reader.atEnd()) {
            var header = ResponseHeader.CODEC.decode(reader);
            reader.skipValue();
            answers.add(header.seq() + " " + header.error());
        }
        return answers;
    }

    private static Codec<String> unwritable() {
        return new Codec<>() {
            @Override
            public void encode(String value, MsgpackWriter out) {
                out.writeString("half");
                throw new IllegalStateException("no form");
            }

            @Override
            public String decode(MsgpackReader in) {
                return "";
            }

            @Override
            public Shape shape() {
                return Shape.Scalar.STRING;
            }
        };
    }

    private final class Recorder implements ConversationObserver {
        @Override
        public void begun(String method) {
            events.add("begun " + method);
        }

        @Override
        public void ended(String method, long nanos, boolean errored) {
            events.add("ended " + method);
        }

        @Override
        public void failed(Connection connection, String reason) {
            events.add("failed " + reason);
        }

        @Override
        public void faulted(Connection connection, String method, Throwable fault) {
            events.add("faulted " + method + ": " + fault.getMessage());
        }
    }
}
