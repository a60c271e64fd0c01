package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.CoordinateUpdateRequest;
import dev.proconsul.rpc.structs.Coordinates;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.PreparedQueries;
import dev.proconsul.rpc.structs.PreparedQueryRequest;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Shape;
import dev.proconsul.rpc.structs.Txn;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnReadRequest;
import dev.proconsul.rpc.structs.TxnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Requests that lack what their senders always send. Some of them end a real server of version 1.10.1.
class MalformedRequestsTest {
    private static final int ROUNDS = 300;
    private static final long SEED = Long.getLong("proconsul.seed", 4711);
    /// Words that lead further into a method than other texts would.
    private static final List<String> WORDS = List.of("", "s1", "n1", "web", "a", "create", "update", "delete", "set",
            "get", "lock", "destroy", "list", "connect-proxy", "critical", "any", "10s", "dc1", "serfHealth",
            "00000000-0000-0000-0000-000000000000", "name_prefix_match", "${match(1)}", "Node == s1", "\u0000");

    private final TestHost test =
            new TestHost(new QueryTimes(Duration.ofMillis(1), Duration.ofMillis(1)));

    private <Q> String refusal(Method<Q, ?> method, Q request) {
        return assertThrows(RpcException.class, () -> test.call(method, request)).getMessage();
    }

    @Test
    @DisplayName("Section 9: five of the seven requests that end a real server")
    void theFamousOnes() throws Exception {
        assertEquals("invalid coordinate", refusal(Coordinates.UPDATE, CoordinateUpdateRequest.ZERO.withNode("s1")));
        assertEquals("Must provide a query",
                refusal(PreparedQueries.APPLY, PreparedQueryRequest.ZERO.withOp("create")));
        assertEquals("check 0 is nil, expected a check", refusal(Catalog.REGISTER, RegisterRequest.ZERO
                .withNode("n1").withAddress("10.0.0.1").withChecks(List.of(HealthCheck.NIL))));
        var nil = List.of(TxnOp.NIL);
        assertEquals("unknown operation type",
                test.call(Txn.APPLY, TxnRequest.ZERO.withOps(nil)).errors().getFirst().what());
        assertEquals("unknown operation type", test.call(Txn.READ, TxnReadRequest.ZERO.withOps(nil))
                .txnResponse().errors().getFirst().what());
        assertEquals("unknown keyring operation \"explode\", expected list, install, use or remove",
                refusal(Internal.KEYRING_OPERATION, KeyringRequest.ZERO.withOperation("explode")));
    }

    /// Every pointer nil or not, every list with nil in it or not: an answer or a reason, and nothing else.
    @TestFactory
    Stream<DynamicTest> andTheirNeighbours() {
        test.duties.lead();
        return test.table.methods().stream()
                .map(method -> DynamicTest.dynamicTest(method.name(), () -> torment(method)));
    }

    private <Q, R> void torment(Method<Q, R> method) throws Exception {
        var random = new Random(SEED + method.name().hashCode());
        for (int i = 0; i < ROUNDS; i++) {
            var tree = tree(method.request().shape(), random, 6);
            Q request;
            try {
                request = method.request().fromJson(tree);
            } catch (JsonShapeException e) {
                continue; // a word where a duration or a time should be
            }
            try {
                method.reply().toJson(test.call(method, request));
            } catch (RpcException e) {
                assertFalse(e.getMessage().isEmpty(), () -> "no reason for " + tree);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + SEED + ": " + tree, e);
            }
        }
    }

    private static Object tree(Shape shape, Random random, int depth) {
        return switch (shape) {
            case Shape.Struct struct -> {
                var fields = new LinkedHashMap<String, Object>();
                for (var field : struct.fields()) {
                    if (random.nextInt(3) > 0 && !field.name().equals("Datacenter")) {
                        fields.put(field.name(), tree(field.shape(), random, depth - 1));
                    }
                }
                yield fields;
            }
            case Shape.Pointer(Shape value) ->
                depth <= 0 || random.nextInt(3) == 0 ? null : tree(value, random, depth - 1);
            case Shape.ListOf(Shape element) -> {
                var list = new ArrayList<>();
                for (int n = depth <= 0 ? 0 : random.nextInt(3); n > 0; n--) {
                    list.add(tree(element, random, depth - 1));
                }
                yield list;
            }
            case Shape.MapOf(Shape value) -> {
                var map = new LinkedHashMap<String, Object>();
                if (depth > 0) {
                    map.put(word(random), tree(value, random, depth - 1));
                }
                yield map;
            }
            case Shape.KeyedMap _, Shape.Variant _ -> null;
            case Shape.Scalar scalar -> scalar(scalar, random);
        };
    }

    private static Object scalar(Shape.Scalar scalar, Random random) {
        return switch (scalar) {
            case STRING -> word(random);
            case BOOL -> random.nextBoolean();
            case INT64, DURATION -> random.nextInt(5) - 1L;
            case UINT64, UINT32, UINT8 -> (long) random.nextInt(5);
            case FLOAT32, FLOAT64 -> random.nextDouble();
            case BYTES -> "dg==";
            case TIME -> "2026-11-24T10:00:00Z";
            case ANY -> random.nextBoolean() ? null : word(random);
        };
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }
}
