package dev.proconsul.rpc.endpoints.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Time;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.state.StateCommand;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A store with a publisher, on time that a test moves, and short words for what tests do with it.
final class Stage {
    /// Time that stands still until the test moves it; runs what is due then.
    static final class StillTime implements Time {
        private record Due(Instant at, Runnable task) {}

        private final List<Due> due = new ArrayList<>();
        private Instant now = Instant.parse("2026-11-24T10:00:00Z");

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public synchronized Timer after(Duration delay, Runnable task) {
            var entry = new Due(now.plus(delay), task);
            due.add(entry);
            return () -> remove(entry);
        }

        private synchronized void remove(Due entry) {
            due.remove(entry);
        }

        void advance(Duration step) {
            List<Due> ready;
            synchronized (this) {
                now = now.plus(step);
                ready = due.stream().filter(entry -> !entry.at.isAfter(now)).toList();
                due.removeAll(ready);
            }
            ready.forEach(entry -> entry.task.run());
        }

        @Override
        public synchronized void close() {
            due.clear();
        }

        synchronized int pending() {
            return due.size();
        }
    }

    final StillTime time = new StillTime();
    final StateStore store = new StateStore(Commands.all(), SnapshotRecords.FORM, time, System::nanoTime);
    final EventPublisher publisher;
    long index = 10;

    Stage() {
        this(PublisherLimits.DEFAULT);
    }

    Stage(PublisherLimits limits) {
        this(limits, Topics.sources());
    }

    Stage(PublisherLimits limits, List<EventSource> sources) {
        publisher = new EventPublisher(store, time, limits, sources);
    }

    /// Applies a command; gives its log index.
    long apply(StateCommand<?> command) {
        var result = store.apply(++index, command);
        if (result instanceof RpcException refused) {
            throw new AssertionError(refused);
        }
        return index;
    }

    static NodeService service(String id, String name) {
        return NodeService.ZERO.withId(id).withService(name).withPort(80).withWeights(new Weights(1, 1));
    }

    long node(String node, String address) {
        return apply(Commands.REGISTER.with(RegisterRequest.ZERO.withDatacenter("dc1").withNode(node)
                .withAddress(address)));
    }

    long register(String node, NodeService service, HealthCheck... checks) {
        return apply(Commands.REGISTER.with(RegisterRequest.ZERO.withDatacenter("dc1").withNode(node)
                .withAddress("10.0.0.1").withService(service).withChecks(List.of(checks))));
    }

    long register(String node, String id, String name) {
        return register(node, service(id, name));
    }

    /// A check of a service; of the node where the id of the service is "".
    long check(String node, String check, String status, String service) {
        return apply(Commands.REGISTER.with(RegisterRequest.ZERO.withDatacenter("dc1").withNode(node)
                .withAddress("10.0.0.1").withSkipNodeUpdate(true).withCheck(HealthCheck.ZERO.withNode(node)
                        .withCheckID(check).withStatus(status).withServiceID(service))));
    }

    long deregister(String node) {
        return apply(Commands.DEREGISTER.with(DeregisterRequest.ZERO.withNode(node)));
    }

    long deregister(String node, String service) {
        return apply(Commands.DEREGISTER.with(DeregisterRequest.ZERO.withNode(node).withServiceID(service)));
    }

    void restore() throws IOException {
        var archive = new ByteArrayOutputStream();
        store.snapshot().writeTo(archive);
        store.restore(new ByteArrayInputStream(archive.toByteArray()));
    }

    Reader subscribe(EventTopic topic, String key) throws RpcException {
        return subscribe(topic, key, 0, "");
    }

    Reader subscribe(EventTopic topic, String key, long index, String token) throws RpcException {
        return new Reader(new Interest(topic, new Subject.Named(key), index, token));
    }

    Reader subscribeAll(EventTopic topic, long index) throws RpcException {
        return new Reader(new Interest(topic, new Subject.Everything(), index, ""));
    }

    /// A subscriber that writes down what comes.
    final class Reader implements AutoCloseable {
        final Subscription subscription;
        final AtomicInteger signals = new AtomicInteger();
        Authorizer caller = Authorizer.EVERYTHING;

        Reader(Interest interest) throws RpcException {
            subscription = publisher.subscribe(interest, signals::incrementAndGet);
        }

        /// What has come since the last look, in short.
        List<String> news() {
            publisher.work();
            var news = new ArrayList<String>();
            for (var next = subscription.poll(); next != null; next = subscription.poll()) {
                var visible = next.visibleTo(caller);
                if (visible != null) {
                    news.add(text(visible));
                }
            }
            return news;
        }

        void expect(String... news) {
            assertEquals(List.of(news), news());
        }

        @Override
        public void close() {
            subscription.close();
        }
    }

    static String text(Delivery delivery) {
        return switch (delivery) {
            case Delivery.EndOfSnapshot end -> end.index() + " end of snapshot";
            case Delivery.NewSnapshotToFollow _ -> "new snapshot";
            case Delivery.Changes changes -> changes.index() + " " + changes.payloads().stream().map(Stage::text)
                    .collect(Collectors.joining(", "));
        };
    }

    private static String text(Payload payload) {
        return switch (payload) {
            case Payload.Health health -> (health.gone() ? "-" : "+") + health.instance().node().node() + "/"
                    + health.instance().service().id() + health.instance().checks().stream()
                            .map(check -> " " + check.checkID() + "=" + check.status()).collect(Collectors.joining());
            case Payload.ServiceName name -> (name.gone() ? "-" : "+") + name.name();
            case Payload.Entry entry -> (entry.gone() ? "-" : "+") + entry.row().entry().kindName() + "/"
                    + entry.row().entry().name();
            case Payload.Key key -> (key.gone() ? "-" : "+") + key.entry().key();
            case Payload.OfNode node -> (node.gone() ? "-" : "+") + node.node().node();
        };
    }
}
