package dev.proconsul.rpc.endpoints.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceConnect;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnServiceOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random histories, with subscribers that join, lag, break off and resume: whoever has taken everything knows what a
/// snapshot of that moment says, and no step of a stream has an index below the one before.
class StreamEquivalenceTest {
    private static final int HISTORIES = 400;
    private static final int STEPS = 60;
    private static final List<String> NAMES = List.of("web", "db", "Api");

    @Test
    void everyStreamEndsAtTheTruth() throws Exception {
        long seed = new Random().nextLong();
        for (int i = 0; i < HISTORIES; i++) {
            try {
                new History(seed + i).play();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + (seed + i), e);
            }
        }
    }

    /// What a subscriber knows: payloads by what they are about.
    private static final class Follower {
        private final Stage stage;
        private final EventTopic topic;
        private final Subject subject;
        private final Map<String, Object> known = new TreeMap<>();
        private Subscription subscription;
        private long index;
        private boolean building;

        Follower(Stage stage, EventTopic topic, Subject subject) throws RpcException {
            this.stage = stage;
            this.topic = topic;
            this.subject = subject;
            subscribe();
        }

        private void subscribe() throws RpcException {
            building = index == 0;
            if (building) {
                known.clear();
            }
            subscription = stage.publisher.subscribe(new Interest(topic, subject, index, ""), () -> { });
        }

        void breakOff() throws RpcException {
            subscription.close();
            if (building) {
                index = 0; // half a snapshot is worth nothing
            }
            subscribe();
        }

        void take(int most) throws RpcException {
            for (int i = 0; i < most; i++) {
                var next = subscription.poll();
                if (next == null) {
                    break;
                }
                step(next);
            }
            if (subscription.ending().isPresent()) {
                index = 0;
                subscribe();
            }
        }

        private void step(Delivery next) {
            switch (next) {
                case Delivery.NewSnapshotToFollow _ -> {
                    known.clear();
                    index = 0;
                    building = true;
                }
                case Delivery.EndOfSnapshot end -> {
                    index = end.index();
                    building = false;
                }
                case Delivery.Changes changes -> {
                    changes.payloads().forEach(this::apply);
                    assertTrue(changes.index() >= index, () -> changes + " comes behind " + index);
                    index = building ? 0 : changes.index();
                }
            }
        }

        private void apply(Payload payload) {
            switch (payload) {
                case Payload.Health h -> put(h.gone(), h.instance().node().node() + "/" + h.instance().service().id(),
                        h.instance());
                case Payload.ServiceName n -> put(n.gone(), n.name().toLowerCase(), "");
                case Payload.Key k -> put(k.gone(), k.entry().key(), k.entry());
                case Payload.OfNode n -> put(n.gone(), n.node().node(), n.node());
                case Payload.Entry e -> put(e.gone(), e.row().entry().name(), e.row());
            }
        }

        private void put(boolean gone, String name, Object value) {
            if (gone) {
                known.remove(name);
            } else {
                known.put(name, value);
            }
        }

        void expectTruth() throws RpcException {
            do {
                take(Integer.MAX_VALUE);
            } while (building);
            var truth = truth();
            assertEquals(truth, known, () -> topic + " " + subject);
        }

        private Map<String, Object> truth() throws RpcException {
            var truth = new Follower(stage, topic, subject);
            truth.subscription.close();
            topic.snapshot(stage.store.current(), subject).groups().forEach(group -> group.forEach(truth::apply));
            return truth.known;
        }
    }

    private static final class History {
        private final Random random;
        private final Stage stage = new Stage(new PublisherLimits(100, 20, 50, 20, Duration.ofSeconds(10)));
        private final List<Follower> followers = new ArrayList<>();

        History(long seed) {
            random = new Random(seed);
        }

        void play() throws Exception {
            for (int i = 0; i < STEPS; i++) {
                if (followers.size() < 8 && random.nextInt(4) == 0) {
                    join();
                }
                change();
                if (!followers.isEmpty()) {
                    follow(followers.get(random.nextInt(followers.size())));
                }
            }
            stage.publisher.work();
            for (var follower : followers) {
                follower.expectTruth();
            }
        }

        private void join() throws RpcException {
            Subject name = new Subject.Named(pick(NAMES).toLowerCase());
            followers.add(switch (random.nextInt(6)) {
                case 0, 1 -> new Follower(stage, HealthEvents.SERVICE_HEALTH, name);
                case 2, 3 -> new Follower(stage, HealthEvents.SERVICE_HEALTH_CONNECT, name);
                case 4 -> new Follower(stage, KeyEvents.KEYS, new Subject.Named(pick(List.of("", "a", "a/", "b/x"))));
                default -> random.nextBoolean()
                        ? new Follower(stage, ServiceListEvents.SERVICE_LIST, new Subject.Everything())
                        : new Follower(stage, NodeEvents.NODES, new Subject.Everything());
            });
        }

        private void follow(Follower follower) throws RpcException {
            switch (random.nextInt(6)) {
                case 0 -> follower.breakOff();
                case 1 -> follower.take(1);
                case 2, 3 -> follower.take(random.nextInt(5));
                default -> {
                    stage.publisher.work();
                    follower.take(100);
                }
            }
        }

        private void change() throws IOException {
            switch (random.nextInt(16)) {
                case 0 -> stage.deregister(node());
                case 1, 2 -> stage.deregister(node(), id());
                case 3, 4, 5 -> stage.register(node(), service());
                case 6 -> stage.node(node(), "10.0.0." + random.nextInt(9));
                case 7, 8 -> check();
                case 9 -> stage.apply(Commands.DEREGISTER.with(DeregisterRequest.ZERO.withNode(node())
                        .withCheckID("c" + random.nextInt(3))));
                case 10 -> stage.store.apply(++stage.index, Commands.TXN.with(TxnRequest.ZERO.withOps(List.of(
                        txn(), txn(), txn()))));
                case 11 -> {
                    if (random.nextInt(5) == 0) {
                        stage.restore();
                    }
                }
                case 12 -> stage.time.advance(Duration.ofSeconds(random.nextInt(12)));
                case 13 -> kv(KVOp.SET);
                case 14 -> kv(KVOp.DELETE);
                default -> kv(random.nextInt(3) == 0 ? KVOp.DELETE_TREE : KVOp.SET);
            }
        }

        private void kv(KVOp op) {
            var key = pick(List.of("a", "a/1", "a/2", "b/x", "b/x/1", "c"));
            stage.apply(Commands.KVS.with(KVSRequest.ZERO.withOp(op).withDirEnt(DirEntry.ZERO.withKey(key)
                    .withValue(Bytes.ofUtf8("" + random.nextInt(3))))));
        }

        private TxnOp txn() {
            return TxnOp.ZERO.withService(new TxnServiceOp("set", node(), service()));
        }

        /// Refused where there is no such node or instance, and that is as well.
        private void check() {
            var node = node();
            stage.store.apply(++stage.index, Commands.REGISTER.with(RegisterRequest.ZERO.withNode(node)
                    .withAddress("10.0.0.1").withSkipNodeUpdate(random.nextBoolean()).withCheck(HealthCheck.ZERO
                            .withNode(node).withCheckID("c" + random.nextInt(3))
                            .withServiceID(random.nextBoolean() ? "" : id())
                            .withStatus(pick(List.of("passing", "warning", "critical"))))));
        }

        private NodeService service() {
            var service = Stage.service(id(), pick(NAMES)).withPort(random.nextInt(3));
            return switch (random.nextInt(4)) {
                case 0 -> service.withKind("connect-proxy").withService(service.service() + "-proxy")
                        .withProxy(ConnectProxyConfig.ZERO.withDestinationServiceName(pick(NAMES)));
                case 1 -> service.withConnect(ServiceConnect.ZERO.withNativeValue(true));
                default -> service;
            };
        }

        private String node() {
            return "n" + random.nextInt(3);
        }

        private String id() {
            return "i" + random.nextInt(4);
        }

        private <T> T pick(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }
    }
}
