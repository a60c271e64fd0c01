package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.structs.ACLPolicy;
import dev.proconsul.rpc.structs.ACLPolicyBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRole;
import dev.proconsul.rpc.structs.ACLRoleBatchSetRequest;
import dev.proconsul.rpc.structs.ACLRolePolicyLink;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchSetRequest;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenRoleLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Where streams begin, go on and end.
class EventPublisherTest {
    private final Stage stage = new Stage();

    @Test
    @DisplayName("S3: index equal to the newest item of a live buffer: no framing, the next event is the next change")
    void resumesAtTheNewestIndex() throws Exception {
        var first = stage.subscribe(SERVICE_HEALTH, "web");
        long known = stage.register("n1", "w1", "web");
        stage.register("n1", "d1", "db");
        first.news();

        var second = stage.subscribe(SERVICE_HEALTH, "web", known, "");
        second.expect();
        long next = stage.check("n1", "c", "passing", "w1");

        second.expect(next + " +n1/w1 c=passing");
        first.expect(next + " +n1/w1 c=passing");
    }

    @Test
    @DisplayName("S4: index lower or higher than that: NewSnapshotToFollow, snapshot, EndOfSnapshot")
    void beginsAnewAtAnyOtherIndex() throws Exception {
        var first = stage.subscribe(SERVICE_HEALTH, "web");
        long old = stage.register("n1", "w1", "web");
        long now = stage.register("n2", "w2", "web");
        first.news();
        stage.time.advance(Duration.ofSeconds(10));

        stage.subscribe(SERVICE_HEALTH, "web", old, "")
                .expect("new snapshot", now + " +n1/w1", now + " +n2/w2", now + " end of snapshot");
        stage.subscribe(SERVICE_HEALTH, "web", now + 7, "")
                .expect("new snapshot", now + " +n1/w1", now + " +n2/w2", now + " end of snapshot");
    }

    @Test
    @DisplayName("S5: same index, but no other subscriber on that server: NewSnapshotToFollow")
    void beginsAnewWhereNobodyHasListened() throws Exception {
        var first = stage.subscribe(SERVICE_HEALTH, "web");
        long known = stage.register("n1", "w1", "web");
        first.news();
        first.close();

        stage.subscribe(SERVICE_HEALTH, "web", known, "")
                .expect("new snapshot", known + " +n1/w1", known + " end of snapshot");
    }

    @Test
    @DisplayName("S8: second subscriber within 10 s: served from the cached snapshot plus later events")
    void sharesSnapshots() throws Exception {
        long made = stage.register("n1", "w1", "web");
        var first = stage.subscribe(SERVICE_HEALTH, "web");
        first.news();
        long changed = stage.check("n1", "c", "critical", "w1");

        stage.time.advance(Duration.ofMillis(9_999));
        stage.subscribe(SERVICE_HEALTH, "web")
                .expect(made + " +n1/w1", made + " end of snapshot", changed + " +n1/w1 c=critical");

        stage.time.advance(Duration.ofMillis(1));
        stage.subscribe(SERVICE_HEALTH, "web")
                .expect(changed + " +n1/w1 c=critical", changed + " end of snapshot");
    }

    @Test
    @DisplayName("S13: snapshot restore: everybody is reset, and the next begin with what was restored")
    void resetsOnRestore() throws Exception {
        long made = stage.register("n1", "w1", "web");
        var first = stage.subscribe(SERVICE_HEALTH, "web");
        first.news();

        stage.restore();
        first.expect();

        assertEquals(Optional.of(Ending.RESET), first.subscription.ending());
        assertEquals(0, stage.publisher.subscriptions());
        stage.subscribe(SERVICE_HEALTH, "web").expect(made + " +n1/w1", made + " end of snapshot");
    }

    @Test
    @DisplayName("S16: ServiceHealth with wildcard: refused")
    void refusesToStreamAllHealth() {
        var refused = assertThrows(RpcException.class, () -> stage.subscribeAll(SERVICE_HEALTH, 0));

        assertEquals("topic ServiceHealth does not support wildcard subscriptions", refused.getMessage());
    }

    @Test
    @DisplayName("S30: snapshot function error: the stream ends with it; the next subscriber retries the snapshot")
    void triesSnapshotsAgain() throws Exception {
        var broken = new AtomicBoolean(true);
        var topic = new EventTopic("Broken", false, true, (_, _) -> {
            if (broken.get()) {
                throw new RpcException("no snapshot today");
            }
            return new EventTopic.Snapshot(7, List.of());
        });

        assertEquals("no snapshot today",
                assertThrows(RpcException.class, () -> stage.subscribe(topic, "x")).getMessage());
        assertEquals(0, stage.publisher.buffers());
        broken.set(false);
        stage.subscribe(topic, "x").expect("7 end of snapshot");
    }

    @Test
    @DisplayName("S9, S10: a token is changed or deleted, its policy or role changes: its subscriptions end, no others")
    void endsWhatATokenMayNoLongerSee() throws Exception {
        stage.apply(AclCommands.SET_POLICIES.with(new ACLPolicyBatchSetRequest(List.of(policy("p1", ""), policy("p2", "")))));
        stage.apply(AclCommands.SET_ROLES.with(new ACLRoleBatchSetRequest(List.of(ACLRole.ZERO.withId("r1")
                .withName("r1").withPolicies(List.of(new ACLRolePolicyLink("p2", "")))), false)));
        stage.apply(set(token("t1").withPolicies(List.of(new ACLTokenPolicyLink("p1", "")))));
        stage.apply(set(token("t2").withRoles(List.of(new ACLTokenRoleLink("r1", "")))));
        stage.apply(set(token("t3")));
        var readers = new ArrayList<Stage.Reader>();
        for (var secret : List.of("t1", "t2", "t3")) {
            readers.add(stage.subscribe(SERVICE_HEALTH, "web", 0, secret + "-secret"));
        }

        stage.apply(AclCommands.SET_POLICIES.with(new ACLPolicyBatchSetRequest(List.of(policy("p2", "x")))));
        assertEquals("[, ACL_CHANGE, ]", endings(readers));
        stage.apply(AclCommands.SET_POLICIES.with(new ACLPolicyBatchSetRequest(List.of(policy("p1", "x")))));
        assertEquals("[ACL_CHANGE, ACL_CHANGE, ]", endings(readers));
        stage.apply(AclCommands.DELETE_TOKENS.with(new ACLTokenBatchDeleteRequest(List.of("t3"))));
        assertEquals("[ACL_CHANGE, ACL_CHANGE, ACL_CHANGE]", endings(readers));
    }

    private static ACLPolicy policy(String id, String description) {
        return ACLPolicy.ZERO.withId(id).withName(id).withDescription(description);
    }

    private static ACLToken token(String id) {
        return ACLToken.ZERO.withAccessorID(id).withSecretID(id + "-secret");
    }

    private static dev.proconsul.rpc.endpoints.internal.state.StateCommand<?> set(ACLToken token) {
        return AclCommands.SET_TOKENS.with(ACLTokenBatchSetRequest.ZERO.withTokens(List.of(token)));
    }

    private String endings(List<Stage.Reader> readers) {
        stage.publisher.work();
        return readers.stream().map(reader -> reader.subscription.ending().map(Enum::name).orElse("")).toList()
                .toString();
    }

    @Test
    void endsTheSlowAtTheLimit() throws Exception {
        var small = new Stage(new PublisherLimits(10, 3, 100, 9, Duration.ofSeconds(10)));
        var slow = small.subscribe(SERVICE_HEALTH, "web");
        var quick = small.subscribe(SERVICE_HEALTH, "web");
        slow.news();
        for (int i = 0; i < 4; i++) {
            quick.news();
            small.register("n1", "w" + i, "web");
            small.publisher.work();
            assertEquals(Optional.empty(), slow.subscription.ending());
        }
        quick.news();
        small.register("n1", "w4", "web");
        small.publisher.work();

        assertEquals(Optional.of(Ending.TOO_SLOW), slow.subscription.ending());
        assertNull(slow.subscription.poll());
        quick.expect("15 +n1/w4");
    }

    @Test
    void oneGreatChangeMakesNobodySlow() throws Exception {
        var small = new Stage(new PublisherLimits(10, 3, 100, 9, Duration.ofSeconds(10)));
        for (int i = 0; i < 9; i++) {
            small.register("n1", "w" + i, "web");
        }
        var reader = small.subscribe(SERVICE_HEALTH, "web");
        reader.news();
        small.check("n1", "mem", "passing", "");

        assertEquals(1, reader.news().size());
        assertEquals(Optional.empty(), reader.subscription.ending());
    }

    @Test
    void afterTooGreatAChangeSubscribersBeginAnew() throws Exception {
        var small = new Stage(new PublisherLimits(10, 3, 2, 9, Duration.ofSeconds(10)));
        for (int i = 0; i < 10; i++) {
            small.register("n1", "w" + i, "web");
        }
        var reader = small.subscribe(SERVICE_HEALTH, "web");
        var other = small.subscribe(SERVICE_HEALTH, "db");
        reader.news();
        small.check("n1", "mem", "passing", "");

        reader.expect();
        assertEquals(Optional.of(Ending.RESET), reader.subscription.ending());
        assertEquals(Optional.empty(), other.subscription.ending());
    }

    @Test
    @DisplayName("who closes what has ended does not wait for somebody else's snapshot: all streams of a lane would")
    void closingWhatHasEndedWaitsForNobody() throws Exception {
        var ended = stage.subscribe(SERVICE_HEALTH, "web").subscription;
        stage.restore();
        stage.publisher.work();
        assertEquals(Optional.of(Ending.RESET), ended.ending());
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var slow = new EventTopic("Slow", false, true, (_, _) -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new EventTopic.Snapshot(7, List.of());
        });
        var other = new FutureTask<>(() -> stage.subscribe(slow, "x"));
        var closing = new FutureTask<Void>(ended::close, null);
        Thread.ofVirtual().start(other);
        try {
            begun.await();
            Thread.ofVirtual().start(closing);
            closing.get(10, TimeUnit.SECONDS);
        } finally {
            goOn.countDown();
        }
        other.get().close();
        assertEquals(0, stage.publisher.subscriptions());
        assertEquals(Optional.of(Ending.RESET), ended.ending());
    }

    @Test
    void aPublisherThatCannotFollowResetsEverybody() throws Exception {
        var goOn = new CountDownLatch(1);
        var small = new Stage(new PublisherLimits(10, 3, 2, 9, Duration.ofSeconds(10)), List.of(new EventSource() {
            private final EventSource health = new HealthEvents();

            @Override
            public List<EventTopic> topics() {
                return health.topics();
            }

            @Override
            public void events(Commit commit, Events events) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                health.events(commit, events);
            }
        }));
        var reader = small.subscribe(SERVICE_HEALTH, "web");
        assertEquals("1 end of snapshot", Stage.text(reader.subscription.poll()));
        for (int i = 0; i < 4; i++) {
            small.register("n1", "w" + i, "web"); // does not wait, though nobody works off what it leaves
        }
        goOn.countDown();

        small.publisher.work();
        assertEquals(Optional.of(Ending.RESET), reader.subscription.ending());
        small.subscribe(SERVICE_HEALTH, "web").expect("14 +n1/w0", "14 +n1/w1", "14 +n1/w2", "14 +n1/w3",
                "14 end of snapshot");
    }

    @Test
    void refusesTooMany() throws Exception {
        var small = new Stage(new PublisherLimits(1, 3, 2, 9, Duration.ofSeconds(10)));
        try (var first = small.subscribe(SERVICE_HEALTH, "web")) {
            assertThrows(TooManySubscriptions.class, () -> small.subscribe(SERVICE_HEALTH, "db"));
            first.news();
        }
        small.subscribe(SERVICE_HEALTH, "db").expect("1 end of snapshot");
    }

    @Test
    void signalsOnlyWhomItConcerns() throws Exception {
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        var db = stage.subscribe(SERVICE_HEALTH, "db");
        stage.register("n1", "w1", "web");
        stage.publisher.work();

        assertEquals(1, web.signals.get());
        assertEquals(0, db.signals.get());
    }

    @Test
    void hundredThousandSubscriptionsLeaveNothing() throws Exception {
        stage.register("n1", "w1", "web");
        for (int i = 0; i < 100_000; i++) {
            try (var reader = stage.subscribe(SERVICE_HEALTH, "web" + i % 1000)) {
                assertEquals(1, stage.publisher.subscriptions());
                reader.subscription.poll();
            }
        }

        assertEquals(0, stage.publisher.subscriptions());
        assertEquals(0, stage.publisher.buffers());
        assertEquals(0, stage.publisher.tokens());
        stage.time.advance(Duration.ofSeconds(10));
        assertEquals(0, stage.time.pending());
    }

    /// Heap that is in use when nothing can be collected any more.
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Test
    @DisplayName("An idle subscription holds less than 256 bytes")
    void idleSubscriptionsAreSmall() throws Exception {
        for (int i = 0; i < 100; i++) {
            stage.register("n1", "w" + i, "web" + i);
        }
        int number = 100_000;
        var subscriptions = new Subscription[number];
        Runnable signal = () -> { };
        long before = used();
        for (int i = 0; i < number; i++) {
            subscriptions[i] = stage.publisher.subscribe(
                    new Interest(SERVICE_HEALTH, new Subject.Named("web" + i % 100), 0, ""), signal);
            while (subscriptions[i].poll() != null) {
                // to the end of what there is
            }
        }
        long each = (used() - before) / number;

        assertEquals(number, stage.publisher.subscriptions());
        assertTrue(each < 256, () -> each + " bytes");
    }

    @Test
    void closingEndsAllAndLetsNobodyIn() throws Exception {
        var reader = stage.subscribe(SERVICE_HEALTH, "web");
        stage.publisher.close();

        assertEquals(Optional.of(Ending.SHUTDOWN), reader.subscription.ending());
        assertEquals(1, reader.signals.get());
        var refused = assertThrows(RpcException.class, () -> stage.subscribe(SERVICE_HEALTH, "web"));
        assertEquals("subscription closed by server, server is shutting down", refused.getMessage());
        assertEquals(0, stage.time.pending());
    }

    @Test
    void theFirstReasonToEndStays() throws Exception {
        var reader = stage.subscribe(SERVICE_HEALTH, "web");
        reader.close();
        stage.publisher.close();

        assertEquals(Optional.of(Ending.UNSUBSCRIBED), reader.subscription.ending());
        assertEquals(0, reader.signals.get());
    }
}
