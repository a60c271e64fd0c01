package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyGetRequest;
import dev.proconsul.rpc.structs.ACLPolicyResponse;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.ConnectCA;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.WriteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What hangs together with the state: permissions that change, waits for policies, one authority for many callers.
class AclStateTest {
    private static final String ROOT = "8c1b6d1e-0000-4000-8000-0000000000aa";
    private static final WriteRequest AS_ROOT = new WriteRequest(ROOT);

    private final TestHost test = new TestHost(QueryTimes.DEFAULT, AclConfig.denying(ROOT));

    @BeforeEach
    void lead() {
        test.duties.lead();
    }

    private ACLPolicy policy(ACLPolicy policy) throws Exception {
        return test.call(ACLs.POLICY_SET, ACLPolicySetRequest.ZERO.withPolicy(policy).withWriteRequest(AS_ROOT));
    }

    private boolean mayRead(String secret, String key) throws RpcException {
        return test.host.tokens().resolve(secret).may(Resource.KEY, Access.READ, key);
    }

    @Test
    @DisplayName("a changed policy holds from the next call on, and nothing is worked out twice without a change")
    void changedPolicy() throws Exception {
        var made = policy(ACLPolicy.ZERO.withName("p").withRules("key \"a\" { policy = \"read\" }"));
        var token = test.call(ACLs.TOKEN_SET, ACLTokenSetRequest.ZERO.withWriteRequest(AS_ROOT).withAclToken(
                ACLToken.ZERO.withPolicies(List.of(new ACLTokenPolicyLink(made.id(), "")))));
        assertTrue(mayRead(token.secretID(), "a"));
        assertFalse(mayRead(token.secretID(), "b"));
        var before = test.host.tokens().resolve(token.secretID());
        assertSame(before, test.host.tokens().resolve(token.secretID()));

        policy(made.withRules("key \"b\" { policy = \"read\" }"));
        assertNotSame(before, test.host.tokens().resolve(token.secretID()));
        assertFalse(mayRead(token.secretID(), "a"));
        assertTrue(mayRead(token.secretID(), "b"));

        policy(made.withRules("key \"b\" { policy = \"read\" }").withDatacenters(List.of("elsewhere")));
        assertFalse(mayRead(token.secretID(), "b"));
    }

    @Test
    @DisplayName("who waits for a policy is woken by its change, and not by that of another")
    void waiting() throws Exception {
        var made = policy(ACLPolicy.ZERO.withName("p"));
        var held = new FutureTask<ACLPolicyResponse>(() -> test.call(ACLs.POLICY_READ, ACLPolicyGetRequest.ZERO
                .withPolicyID(made.id()).withQueryOptions(QueryOptions.ZERO.withToken(ROOT)
                        .withMinQueryIndex(made.raftIndex().modifyIndex()).withMaxQueryTime(Duration.ofMinutes(5)))));
        Thread.startVirtualThread(held);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (test.store.watches().waiting() == 0) {
            assertTrue(System.nanoTime() < deadline, "the query does not wait");
            Thread.yield();
        }
        policy(ACLPolicy.ZERO.withName("other"));
        assertEquals(0, test.store.watches().wakeUps());
        policy(made.withDescription("new"));
        assertEquals("new", held.get(20, TimeUnit.SECONDS).policy().description());
    }

    @Test
    @DisplayName("many who ask for the roots at once find one authority")
    void oneAuthority() throws Exception {
        var asking = new ArrayList<FutureTask<String>>();
        for (int i = 0; i < 50; i++) {
            var task = new FutureTask<>(() -> test.call(ConnectCA.ROOTS, DCSpecificRequest.ZERO).activeRootID());
            asking.add(task);
            Thread.startVirtualThread(task);
        }
        var roots = new HashSet<String>();
        for (var task : asking) {
            roots.add(task.get(20, TimeUnit.SECONDS));
        }
        assertEquals(1, roots.size());
    }

    @Test
    @DisplayName("more signatures than fifty in a second wait, and are refused when they would wait for long")
    void signingRate() throws Exception {
        var request = CASignRequest.ZERO.withWriteRequest(AS_ROOT)
                .withCsr("-----BEGIN spiffe://x/agent/client/dc/dc1/id/a");
        var refusals = new ArrayList<String>();
        var calls = new ArrayList<FutureTask<Boolean>>();
        for (int i = 0; i < 60; i++) { // time stands still, so the turns add up
            var call = new FutureTask<>(() -> {
                test.call(ConnectCA.SIGN, request);
                return true;
            });
            calls.add(call);
            Thread.startVirtualThread(call);
        }
        for (var call : calls) {
            try {
                call.get(20, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                refusals.add(e.getCause().getMessage());
            }
        }
        assertEquals(60 - 26, refusals.size()); // one at once, and those whose turn comes within half a second
        assertEquals(List.of("Rate limit reached, try again later"), refusals.stream().distinct().toList());
        test.time.advance(Duration.ofSeconds(1));
        test.call(ConnectCA.SIGN, request);
        assertThrows(RpcException.class, () -> test.call(ConnectCA.SIGN, request.withWriteRequest(WriteRequest.ZERO)));
    }
}
