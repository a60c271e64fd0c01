package dev.proconsul.rpc.endpoints.internal;

import static dev.proconsul.rpc.endpoints.internal.ForwardingScene.LEADER;
import static dev.proconsul.rpc.endpoints.internal.ForwardingScene.NEXT_LEADER;
import static dev.proconsul.rpc.endpoints.internal.ForwardingScene.REMOTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RemoteServers.Effect;
import dev.proconsul.rpc.api.RemoteServers.Outcome;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerRoutes.Route;
import dev.proconsul.rpc.endpoints.Dispatch;
import dev.proconsul.rpc.endpoints.Peers;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.structs.ACLPolicySetRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenGetRequest;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.ConfigEntries;
import dev.proconsul.rpc.structs.ConfigEntryQuery;
import dev.proconsul.rpc.structs.ConfigEntryRequest;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.IntentionRequest;
import dev.proconsul.rpc.structs.Intentions;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVS;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.Status;
import dev.proconsul.rpc.structs.WriteRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Which server answers a call, how often it is tried, and what its caller is told: calls.md sections 3 and 10.
class ForwardingTest {
    private static final Duration HOLD = Duration.ofSeconds(7);
    private static final byte[] BYTES = {(byte) 0x81, (byte) 0xa1, 'x', 1};
    private static final byte[] REPLY = {(byte) 0xc3};
    private static final QueryOptions STALE = QueryOptions.ZERO.withAllowStale(true);
    private static final KeyRequest READ = KeyRequest.ZERO.withKey("a");
    private static final KVSRequest WRITE =
            KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey("a"));

    private final ForwardingScene scene = new ForwardingScene();
    private final TokenResolver tokens = new TokenResolver() {
        @Override
        public Authorizer resolve(String secret) {
            return Authorizer.EVERYTHING;
        }

        @Override
        public boolean isLocal(String secret) {
            return secret.equals("local");
        }
    };
    private Forwarding forwarding = forwarding(HOLD);

    private Forwarding forwarding(Duration hold) {
        return forwarding(hold, "");
    }

    private Forwarding forwarding(Duration hold, String primary) {
        var peers = new Peers(scene, scene, hold, () -> Duration.ofSeconds(60), primary);
        return new Forwarding("dc1", scene, peers, QueryTimes.DEFAULT, tokens, scene, bound -> bound - 1);
    }

    private Dispatch<KeyRequest> reads() {
        return forwarding.toLeader(KVS.GET, _ -> { });
    }

    private Optional<byte[]> read(KeyRequest request) throws Exception {
        return reads().elsewhere(request, () -> BYTES);
    }

    private Optional<byte[]> write(KVSRequest request) throws Exception {
        return forwarding.toLeader(KVS.APPLY, _ -> { }).elsewhere(request, () -> BYTES);
    }

    private String errorOfRead(KeyRequest request) {
        return assertThrows(RpcException.class, () -> read(request)).getMessage();
    }

    private String errorOfWrite(KVSRequest request) {
        return assertThrows(RpcException.class, () -> write(request)).getMessage();
    }

    private void script(Outcome... outcomes) {
        scene.outcomes.clear();
        scene.outcomes.addAll(List.of(outcomes));
    }

    private static Outcome answered() {
        return new Outcome.Answered(REPLY);
    }

    private static Outcome refused(String error) {
        return new Outcome.Failed("rpc error making call: " + error, Effect.REFUSED);
    }

    private static Outcome notSent() {
        return new Outcome.Failed("rpc error getting client: failed to get conn: "
                + "dial tcp 127.0.0.1:2: connect: connection refused", Effect.NONE);
    }

    @Test
    @DisplayName("F1: a follower sends a default read to the leader byte by byte, and passes its reply on")
    void aFollowerAsksTheLeader() throws Exception {
        script(answered());
        assertArrayEquals(REPLY, read(READ).orElseThrow());

        var call = scene.calls.getFirst();
        assertEquals(LEADER, call.server());
        assertEquals("KVS.Get", call.method());
        assertEquals(BYTES, call.body(), "the very bytes that came");
        assertTrue(reads().keepBytes());
    }

    /// {@return the datacenter that a request names when it is sent elsewhere; empty when it is answered here}
    private <Q> Optional<String> sentTo(Method<Q, ?> method, Q request, Function<Q, String> datacenter)
            throws Exception {
        scene.calls.clear();
        script(answered());
        if (forwarding.toLeader(method, _ -> { }).elsewhere(request, () -> BYTES).isEmpty()) {
            return Optional.empty();
        }
        var call = scene.calls.getFirst();
        assertEquals(REMOTE, call.server());
        return Optional.of(datacenter.apply(
                method.request().decode(MsgpackReader.of(call.body(), DecodeLimits.DEFAULT))));
    }

    private Optional<String> configEntry(String datacenter) throws Exception {
        return sentTo(ConfigEntries.APPLY, ConfigEntryRequest.ZERO.withDatacenter(datacenter),
                ConfigEntryRequest::datacenter);
    }

    private Optional<String> policy(String datacenter) throws Exception {
        return sentTo(ACLs.POLICY_SET, ACLPolicySetRequest.ZERO.withDatacenter(datacenter),
                ACLPolicySetRequest::datacenter);
    }

    private Optional<String> token(boolean local) throws Exception {
        return sentTo(ACLs.TOKEN_SET, ACLTokenSetRequest.ZERO.withAclToken(ACLToken.ZERO.withLocal(local)),
                ACLTokenSetRequest::datacenter);
    }

    @Test
    @DisplayName("calls.md 3.10: outside the primary datacenter, what that one decides is sent on to it, and names it")
    void thePrimaryDatacenterDecides() throws Exception {
        scene.leads = true;
        forwarding = forwarding(HOLD, "dc2");
        for (var named : List.of("", "dc1", "dc3")) {
            assertEquals(Optional.of("dc2"), configEntry(named));
            assertEquals(Optional.of("dc2"), policy(named));
        }
        assertEquals(Optional.of("dc2"), token(false));
        assertEquals("Local tokens are disabled", assertThrows(RpcException.class, () -> token(true)).getMessage(),
                "requests to read or delete it would not come here");
        assertEquals(Optional.of("dc2"),
                sentTo(ACLs.TOKEN_READ, ACLTokenGetRequest.ZERO, ACLTokenGetRequest::datacenter));
        assertEquals(Optional.of("dc2"), sentTo(Intentions.APPLY, IntentionRequest.ZERO, IntentionRequest::datacenter));
        assertEquals(Optional.empty(), sentTo(ConfigEntries.GET, ConfigEntryQuery.ZERO, ConfigEntryQuery::datacenter));
        assertTrue(write(WRITE).isEmpty(), "keys are of each datacenter");
    }

    @Test
    @DisplayName("calls.md 3.10: in the primary datacenter config entries and global tokens stay, whatever they name")
    void inThePrimaryDatacenter() throws Exception {
        scene.leads = true;
        forwarding = forwarding(HOLD, "dc1");
        assertEquals(Optional.empty(), configEntry("dc2"));
        assertEquals(Optional.empty(), token(false));
        assertEquals(Optional.empty(), token(true));
        assertEquals(Optional.of("dc2"), policy("dc2"), "whose servers send it back here");
        assertEquals(Optional.empty(), policy(""));
    }

    @Test
    @DisplayName("without a primary datacenter requests go where they say")
    void withoutAPrimaryDatacenter() throws Exception {
        scene.leads = true;
        assertEquals(Optional.empty(), configEntry("dc1"));
        assertEquals(Optional.of("dc2"), configEntry("dc2"));
        assertEquals(Optional.empty(), token(false));
    }

    @Test
    void theLeaderAnswersItself() throws Exception {
        scene.leads = true;
        assertTrue(read(READ).isEmpty());
        assertTrue(write(WRITE).isEmpty());
        assertTrue(!reads().keepBytes(), "no copy where none is needed");
    }

    @Test
    @DisplayName("F2, F5: a stale read is answered here, once a leader was heard of, also when there is none now")
    void aStaleReadStaysHere() throws Exception {
        scene.leader = Optional.empty();
        assertTrue(read(READ.withQueryOptions(STALE)).isEmpty());
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("F6: a stale and consistent read is answered here as well; the method refuses it")
    void staleWinsOverConsistent() throws Exception {
        assertTrue(read(READ.withQueryOptions(STALE.withRequireConsistent(true))).isEmpty());
    }

    @Test
    @DisplayName("F3: a stale read of a server that never heard of a leader waits for one, and then fails")
    void aFreshServerAnswersNothingStale() {
        scene.leader = Optional.empty();
        scene.lastContact = Optional.empty();
        assertEquals("No cluster leader", errorOfRead(READ.withQueryOptions(STALE)));
        assertTrue(scene.pausedFor().compareTo(HOLD) >= 0);
    }

    @Test
    @DisplayName("F4: without a leader reads and writes wait for the hold timeout")
    void withoutALeaderOneWaits() {
        scene.leader = Optional.empty();
        assertEquals("No cluster leader", errorOfRead(READ));
        assertTrue(scene.pausedFor().compareTo(HOLD) >= 0);
        scene.pauses.clear();
        assertEquals("No cluster leader", errorOfWrite(WRITE));
        assertTrue(scene.pausedFor().compareTo(HOLD) >= 0);
        assertTrue(scene.pausedFor().compareTo(HOLD.multipliedBy(3)) < 0);
    }

    @Test
    void aLeaderThatIsFoundInTimeIsAsked() throws Exception {
        scene.leader = Optional.empty();
        scene.afterPause = () -> scene.leader = Optional.of(LEADER);
        script(answered());
        assertArrayEquals(REPLY, write(WRITE).orElseThrow());
        assertEquals(1, scene.pauses.size());
    }

    @Test
    void aServerThatIsElectedMeanwhileAnswersItself() throws Exception {
        scene.leader = Optional.empty();
        scene.afterPause = () -> scene.leads = true;
        assertTrue(write(WRITE).isEmpty());
    }

    @Test
    @DisplayName("F4: a blocking read has its waiting time on top of the hold timeout")
    void aBlockingReadWaitsLonger() {
        scene.leader = Optional.empty();
        var blocking = READ.withQueryOptions(
                QueryOptions.ZERO.withMinQueryIndex(5).withMaxQueryTime(Duration.ofSeconds(16)));
        assertEquals("No cluster leader", errorOfRead(blocking));
        assertTrue(scene.pausedFor().compareTo(Duration.ofSeconds(16 + 1 + 7)) >= 0);
    }

    @Test
    @DisplayName("calls.md 1.5: 60 s for a call, and wait + wait/16 + hold for a blocking one")
    void timeouts() throws Exception {
        script(answered());
        read(READ);
        read(READ.withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(5)));
        read(READ.withQueryOptions(QueryOptions.ZERO.withMinQueryIndex(5).withMaxQueryTime(Duration.ofMinutes(20))));
        assertEquals(List.of(Duration.ofSeconds(60), Duration.ofMillis(325_750), Duration.ofMillis(644_500)),
                scene.calls.stream().map(ForwardingScene.Call::timeout).toList());
    }

    @Test
    @DisplayName("F7: a leader that membership does not know is an error at once")
    void aLeaderThatIsNotTracked() {
        scene.tracked.remove(LEADER);
        assertEquals("Raft leader not found in server lookup mapping", errorOfRead(READ));
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("F8, M8, M9: an unknown datacenter, and one whose servers do not answer; one attempt")
    void datacentersThatCannotBeReached() {
        scene.route = new Route.Unknown();
        assertEquals("No path to datacenter", errorOfRead(READ.withDatacenter("dc9")));
        scene.route = new Route.Unreachable();
        assertEquals("Remote DC has no server currently reachable", errorOfWrite(WRITE.withDatacenter("dc2")));
        assertEquals(List.of(), scene.pauses);
        assertEquals(0, forwarding.acrossDatacenters());
    }

    @Test
    @DisplayName("F9: an empty datacenter is this one")
    void anEmptyDatacenterIsThisOne() throws Exception {
        scene.leads = true;
        assertTrue(read(READ.withDatacenter("")).isEmpty());
        assertTrue(read(READ.withDatacenter("dc1")).isEmpty());
    }

    @Test
    @DisplayName("F10: any error of another datacenter is passed on, and its server moves to the end")
    void anErrorOfAnotherDatacenterMovesItsServer() {
        script(refused("Permission denied"));
        assertEquals("rpc error making call: Permission denied", errorOfRead(READ.withDatacenter("dc2")));
        assertEquals(List.of(REMOTE), scene.failures);
        script(refused("No cluster leader"));
        assertEquals("rpc error making call: No cluster leader", errorOfRead(READ.withDatacenter("dc2")));
        assertEquals(2, scene.calls.size(), "one attempt each");
        assertEquals(2, forwarding.acrossDatacenters());
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    void evenALeaderSendsAStaleReadToTheDatacenterThatItIsFor() throws Exception {
        scene.leads = true;
        script(answered());
        assertArrayEquals(REPLY, read(READ.withDatacenter("dc2").withQueryOptions(STALE)).orElseThrow());
        assertEquals(REMOTE, scene.calls.getFirst().server());
        assertEquals(List.of(REMOTE), scene.answers);
    }

    @Test
    @DisplayName("F11: a local token does not leave the datacenter; the caller's request still has it")
    void aLocalTokenStaysHere() throws Exception {
        script(answered());
        var read = READ.withDatacenter("dc2").withQueryOptions(QueryOptions.ZERO.withToken("local"));
        read(read);
        assertEquals("", sentRead().queryOptions().token());
        assertEquals("local", read.queryOptions().token());

        var write = WRITE.withDatacenter("dc2").withWriteRequest(new WriteRequest("local"));
        write(write);
        assertEquals("", KVS.APPLY.request().decode(sent()).writeRequest().token());
        assertEquals("local", write.writeRequest().token());
    }

    @Test
    @DisplayName("F12: a global or unknown token leaves the datacenter, with the request otherwise as it was")
    void aGlobalTokenIsSentOn() throws Exception {
        script(answered());
        var read = READ.withDatacenter("dc2").withQueryOptions(QueryOptions.ZERO.withToken("global"));
        read(read);
        assertEquals(read, sentRead());
    }

    @Test
    @DisplayName("3.2: what the request has beyond its fields, such as a partition, does not leave the datacenter")
    void unknownFieldsStayHere() throws Exception {
        script(answered());
        read(READ.withDatacenter("dc2"));
        assertEquals(READ.withDatacenter("dc2"), sentRead(), "written anew, and not the bytes that came");
    }

    private MsgpackReader sent() {
        return MsgpackReader.of(scene.calls.getLast().body(), DecodeLimits.DEFAULT);
    }

    private KeyRequest sentRead() throws Exception {
        return KVS.GET.request().decode(sent());
    }

    @Test
    @DisplayName("F13: a write whose leader dies is not made again")
    void aWriteIsNotMadeAgain() {
        script(refused("EOF"), answered());
        assertEquals("rpc error making call: EOF", errorOfWrite(WRITE));
        script(refused("stream closed"), answered());
        assertEquals("rpc error making call: stream closed", errorOfWrite(WRITE));
        script(refused("leadership lost while committing log"), answered());
        assertEquals("rpc error making call: leadership lost while committing log", errorOfWrite(WRITE));
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("F14: a read whose leader dies is made again, until the time is over")
    void aReadIsMadeAgain() throws Exception {
        script(refused("EOF"), refused("rpc error making call: session shutdown"), refused("stream closed"), answered());
        assertArrayEquals(REPLY, read(READ).orElseThrow());
        assertEquals(4, scene.calls.size());
        assertEquals(3, scene.pauses.size());

        script(refused("EOF"));
        assertEquals("rpc error making call: EOF", errorOfRead(READ));
        assertTrue(scene.pausedFor().compareTo(HOLD) >= 0);
    }

    @Test
    @DisplayName("3.6: deadlines, refusals and resets are not tried again, not even for reads")
    void otherErrorsAreFinal() {
        for (var error : List.of("i/o deadline reached", "Permission denied", "connection reset", "keepalive timeout")) {
            script(refused(error), answered());
            assertEquals("rpc error making call: " + error, errorOfRead(READ));
        }
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("7.3, deviation: a read is made again however its connection was lost, a write is not")
    void howeverTheConnectionWasLost() throws Exception {
        var lost = new Outcome.Failed("rpc error making call: connection reset", Effect.UNKNOWN);
        script(lost, answered());
        assertArrayEquals(REPLY, read(READ).orElseThrow());
        script(lost, answered());
        assertEquals("rpc error making call: connection reset", errorOfWrite(WRITE));
    }

    @Test
    @DisplayName("F15, F19: a write that the leader did not take, or not as a whole, is made again")
    void aWriteThatWasNotTakenIsMadeAgain() throws Exception {
        script(refused("rate limit exceeded for operation that can only be performed by the leader, try again later"),
                refused("please resubmit call for rechunking"), refused("No cluster leader"), answered());
        assertArrayEquals(REPLY, write(WRITE).orElseThrow());
        assertEquals(3, scene.pauses.size());
    }

    @Test
    @DisplayName("F18: a leader that refuses connections is an error at once")
    void aLeaderThatRefusesConnections() {
        script(notSent(), answered());
        assertEquals("rpc error getting client: failed to get conn: dial tcp 127.0.0.1:2: connect: connection refused",
                errorOfRead(READ));
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("F18, deviation: what could not be sent goes to the next leader, if there is one by now")
    void theNextLeaderGetsWhatWasNotSent() throws Exception {
        script(notSent(), answered());
        scene.beforeAnswer = () -> scene.leader = Optional.of(NEXT_LEADER);
        assertArrayEquals(REPLY, write(WRITE).orElseThrow());
        assertEquals(List.of(LEADER, NEXT_LEADER), scene.calls.stream().map(ForwardingScene.Call::server).toList());
    }

    @Test
    @DisplayName("F20: a leaving server answers at once what needs the leader, and stale reads as ever")
    void aLeavingServer() throws Exception {
        scene.over = true;
        assertEquals("No cluster leader", errorOfRead(READ));
        assertEquals("No cluster leader", errorOfWrite(WRITE));
        scene.leads = true;
        assertEquals("No cluster leader", errorOfWrite(WRITE));
        assertTrue(read(READ.withQueryOptions(STALE)).isEmpty());
        assertEquals(List.of(), scene.calls);
        assertEquals(List.of(), scene.pauses);
    }

    @Test
    @DisplayName("F20: a server that leaves while a call waits for a leader ends the wait")
    void leavingEndsAWait() {
        scene.leader = Optional.empty();
        scene.afterPause = () -> scene.over = true;
        assertEquals("No cluster leader", errorOfWrite(WRITE));
        assertEquals(1, scene.pauses.size());
    }

    @Test
    @DisplayName("F23: a leader that is not ready is looked at every 437.5 ms, and then gives up")
    void aLeaderThatIsNotReady() throws Exception {
        var readiness = new Readiness(scene, HOLD);
        var error = assertThrows(RpcException.class, readiness::await);
        assertEquals("Not ready to serve consistent reads", error.getMessage());
        assertEquals(16, scene.pauses.size());
        assertTrue(scene.pauses.stream().allMatch(Duration.ofNanos(437_500_000)::equals));

        scene.afterPause = () -> readiness.set(true);
        readiness.await();
        assertEquals(17, scene.pauses.size());

        readiness.set(false);
        scene.afterPause = () -> scene.over = true;
        assertEquals("shutdown waiting for leader", assertThrows(RpcException.class, readiness::await).getMessage());
    }

    @Test
    @DisplayName("F25: Status.Leader is answered by any server, and goes to another datacenter when it names one")
    void statusIsAnsweredHere() throws Exception {
        var status = forwarding.toDatacenter(Status.LEADER);
        assertTrue(status.elsewhere(DCSpecificRequest.ZERO, () -> BYTES).isEmpty());
        assertTrue(status.elsewhere(DCSpecificRequest.ZERO.withDatacenter("dc1"), () -> BYTES).isEmpty());
        script(answered());
        assertTrue(status.elsewhere(DCSpecificRequest.ZERO.withDatacenter("dc2"), () -> BYTES).isPresent());
        assertEquals(REMOTE, scene.calls.getFirst().server());
    }

    @Test
    void whatAMethodRefusesBeforehandIsNotSentOn() {
        var checked = forwarding.toLeader(KVS.GET, _ -> {
            throw new RpcException("Must provide key");
        });
        var error = assertThrows(RpcException.class, () -> checked.elsewhere(READ.withDatacenter("dc2"), () -> BYTES));
        assertEquals("Must provide key", error.getMessage());
    }

    @Test
    void aHoldTimeoutOfZeroMeansOneAttempt() {
        forwarding = forwarding(Duration.ZERO);
        scene.leader = Optional.empty();
        assertEquals("No cluster leader", errorOfWrite(WRITE));
        assertTrue(scene.pauses.size() <= 2);
    }
}
