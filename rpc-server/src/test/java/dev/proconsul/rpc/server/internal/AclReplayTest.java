package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import dev.proconsul.rpc.structs.WriteRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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

/// Replays what clients did to one real server with ACLs, in their order, on one of ours, over byte 0 and over byte 4.
///
/// Replies are compared as trees, after [#normal]; where the recorded server, of version 1.10.1, says no more than that
/// permission is denied, ours says so too, and more.
class AclReplayTest {
    private static final int RECORDS = 58;
    private static final String MANAGEMENT = "8c1b6d1e-0000-4000-8000-0000000000aa";

    /// Errors that this server, which follows 2.0, tells where 1.10.1 answers, or with other words.
    private static final Map<String, String> OTHER_WORDS = Map.of(
            "acl-token-read-missing", "token does not exist: ACL not found",
            "acl-keyring-denied", "Permission denied: anonymous token lacks permission 'keyring:read'. The anonymous token"
                    + " is used implicitly when a request does not specify a token.");

    /// Replies that are other ones on purpose, and why.
    private static final Map<String, String> OTHER_REPLIES = Map.of(
            "acl-policy-list", "2.0 has one policy more",
            "acl-policy-batchread", "the built-in policy has the rules of 2.0",
            "acl-policy-read-name", "the built-in policy has the rules of 2.0",
            "acl-token-list", "2.0 names and hashes the management token otherwise");

    private static final Set<String> VARYING = Set.of("Index", "CreateIndex", "ModifyIndex", "CreateTime",
            "ExpirationTime", "LastContact", "ResultsFilteredByACLs", "TaggedAddresses", "Meta", "Address", "ID");

    private static TestServer server;
    /// Ids that the recorded server made, and those that ours made in their place.
    private static final Map<String, String> IDS = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(config -> config.withNode("server-b").withAcl(AclConfig.denying(MANAGEMENT)));
    }

    @AfterAll
    static void stop() {
        server.close();
        Threads.awaitNone();
    }

    @Test
    @DisplayName("Every record is there")
    void everyRecordIsThere() throws IOException {
        assertEquals(RECORDS, Transcript.acl().size());
    }

    @TestFactory
    Stream<DynamicTest> replays() throws IOException {
        return Transcript.acl().stream().map(record -> DynamicTest.dynamicTest(record.id(), () -> replay(record)));
    }

    private static void replay(Transcript record) throws Exception {
        if (record.id().equals("rpc/mux/acl-policy-read")) {
            makeMissingPolicy();
        }
        for (var call : record.calls()) {
            compare(record, call, Methods.named(call.method()).orElseThrow());
        }
    }

    /// The recording of the second run lacks it.
    private static void makeMissingPolicy() throws Exception {
        var policy = server.call(ACLs.POLICY_SET, new ACLPolicySetRequest(ACLPolicy.ZERO.withName("app-read-mux")
                .withDescription("read app").withDatacenters(List.of("dc1")).withRules(
                        "key_prefix \"app/\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }"),
                "dc1", new WriteRequest(MANAGEMENT)));
        IDS.put("f713b7c5-c4ba-8419-ea69-4b98aa0d8e9b", policy.id());
    }

    private static <R> void compare(Transcript record, Transcript.Call call, Method<?, R> method) throws Exception {
        byte[] request = Requests.join(call.header(), withIds(call.body()));
        var in = reader(record.multiplexed() ? overByte4(request, method) : overByte0(request));
        var header = ResponseHeader.CODEC.decode(in);
        if (OTHER_WORDS.containsKey(record.name())) {
            assertEquals(OTHER_WORDS.get(record.name()), header.error());
        } else if (call.error().equals("Permission denied")) {
            assertTrue(header.error().startsWith("Permission denied"), header.error());
        } else {
            // The index at which the first token was made is that of another log.
            assertEquals(withoutNumbers(call.error()), withoutNumbers(header.error()));
        }
        if (header.error().isEmpty() && !OTHER_REPLIES.containsKey(record.name())) {
            in.startMessage();
            var reply = method.reply().toJson(method.reply().decode(in));
            learn(method.reply().toJson(method.reply().decode(reader(call.responseBody()))), reply);
            var expected = method.reply().toJson(method.reply().decode(reader(withIds(call.responseBody()))));
            assertEquals(normal(expected), normal(reply));
        }
    }

    private static String withoutNumbers(String error) {
        return error.replaceAll("reset index: \\d+", "reset index: #");
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

    /// Where both have an id, ours stands for the recorded one from now on.
    private static void learn(Object recorded, Object ours) {
        if (recorded instanceof Map<?, ?> map && ours instanceof Map<?, ?> other) {
            map.forEach((key, value) -> learn(value, other.get(key)));
        } else if (recorded instanceof List<?> list && ours instanceof List<?> other) {
            for (int i = 0; i < Math.min(list.size(), other.size()); i++) {
                learn(list.get(i), other.get(i));
            }
        } else if (recorded instanceof String id && ours instanceof String made && isId(id) && isId(made)) {
            IDS.putIfAbsent(id, made);
        }
    }

    private static boolean isId(String text) {
        return text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    private static byte[] withIds(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (var id : IDS.entrySet()) {
            text = text.replace(id.getKey(), id.getValue());
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Without what varies from run to run or from release to release. The hash of a token is over the id of its policy.
    private static Object normal(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var copy = new TreeMap<String, Object>();
                map.forEach((key, value) -> copy.put(key.toString(), VARYING.contains(key.toString())
                        || key.equals("Hash") && map.containsKey("AccessorID") ? "#" : normal(value)));
                yield copy;
            }
            case List<?> list -> list.stream().map(AclReplayTest::normal).toList();
            case null -> "nil";
            case String text when text.startsWith("127.0.0.1:") -> "an address";
            case String text -> text.startsWith("Permission denied") ? "Permission denied" : text;
            case Object other -> other;
        };
    }
}
