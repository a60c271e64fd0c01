package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH;
import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH_CONNECT;

import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceConnect;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// One random history: a catalog that changes, is saved and restored, and subscribers that join, lag, lose connections
/// and resume. All chance comes from the seed.
final class ViewHistory {
    private static final PublisherLimits LIMITS = new PublisherLimits(100, 4, 1_000, 1_000, Duration.ofSeconds(10));
    private static final List<String> NODES = List.of("n1", "n2", "n3", "N2");
    private static final List<String> NAMES = List.of("web", "db", "Web");
    private static final List<String> STATUSES = List.of("passing", "warning", "critical");

    /// What has happened to subscribers in all histories.
    static final class Met {
        private static final List<String> WANTED =
                List.of("RESET", "TOO_SLOW", "lost", "resumed", "restored", "lost inside a snapshot");
        private final Set<String> seen = new LinkedHashSet<>();

        void saw(String what) {
            seen.add(what);
        }

        String missing() {
            return String.join(", ", WANTED.stream().filter(what -> !seen.contains(what)).toList());
        }
    }

    private final Random random;
    private final Met met;
    private final Stage stage = new Stage(LIMITS);
    private final List<PolledTruth> truths = new ArrayList<>();
    private final List<ViewSubscriber> subscribers = new ArrayList<>();
    private final List<byte[]> saved = new ArrayList<>();

    ViewHistory(long seed, Met met) {
        random = new Random(seed);
        this.met = met;
        for (var name : List.of("web", "db")) {
            truths.add(new PolledTruth(stage, SERVICE_HEALTH, name));
            truths.add(new PolledTruth(stage, SERVICE_HEALTH_CONNECT, name));
        }
    }

    void run(int steps) throws Exception {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(3) > 0) {
                change();
            } else {
                act();
            }
        }
        for (var subscriber : subscribers) {
            finish(subscriber);
        }
        stage.publisher.close();
    }

    /// Nothing happens any more: the view gets what it is owed.
    private void finish(ViewSubscriber subscriber) throws Exception {
        for (int attempts = 0; attempts < 3; attempts++) {
            if (!subscriber.isOpen()) {
                subscriber.open();
            }
            if (subscriber.takeAll() == null) {
                break;
            }
        }
        var difference = subscriber.difference();
        if (!difference.isEmpty()) {
            throw new AssertionError("at the end " + difference);
        }
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void change() throws Exception {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> stage.register(one(NODES), service());
            case 4, 5, 6 -> check();
            case 7 -> stage.node(one(NODES), "10.0.0." + random.nextInt(3));
            case 8, 9 -> stage.deregister(one(NODES), "i" + random.nextInt(3));
            case 10 -> stage.deregister(one(NODES));
            case 11, 12 -> stage.apply(Commands.DEREGISTER.with(DeregisterRequest.ZERO.withNode(one(NODES))
                    .withCheckID("c" + random.nextInt(3))));
            case 13 -> stage.register("elsewhere", "x" + random.nextInt(3), "other");
            case 14 -> save();
            default -> restore();
        }
        truths.forEach(PolledTruth::note);
    }

    private NodeService service() {
        var id = "i" + random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> proxy(id, "side", one(NAMES));
            case 1 -> Stage.service(id, one(NAMES)).withConnect(new ServiceConnect(true, null, null));
            default -> Stage.service(id, one(NAMES)).withPort(random.nextInt(3)).withMeta(Map.of("a", "b"));
        };
    }

    static NodeService proxy(String id, String name, String of) {
        return Stage.service(id, name).withKind("connect-proxy").withProxy(ConnectProxyConfig.ZERO
                .withDestinationServiceName(of).withConfig(Map.of("protocol", "http", "limit", 7L)));
    }

    private void check() {
        var node = one(NODES);
        var service = random.nextBoolean() ? "" : "i" + random.nextInt(3);
        if (service.isEmpty() || stage.store.current().get(ServiceTable.BY_ID, Keys.of(node, service)) != null) {
            stage.check(node, "c" + random.nextInt(3), one(STATUSES), service);
        }
    }

    private void save() throws Exception {
        var archive = new ByteArrayOutputStream();
        stage.store.snapshot().writeTo(archive);
        saved.add(archive.toByteArray());
    }

    private void restore() throws Exception {
        if (saved.isEmpty()) {
            return;
        }
        stage.store.restore(new ByteArrayInputStream(one(saved)));
        met.saw("restored");
        // What was true at an index is not any more.
        truths.forEach(PolledTruth::forget);
    }

    private void act() throws Exception {
        if (subscribers.isEmpty() || subscribers.size() < 6 && random.nextInt(6) == 0) {
            subscribers.add(new ViewSubscriber(stage, one(truths)));
            return;
        }
        if (random.nextInt(12) == 0) {
            stage.time.advance(Duration.ofSeconds(random.nextInt(12)));
        }
        var subscriber = one(subscribers);
        if (!subscriber.isOpen()) {
            met.saw(subscriber.index() == 0 ? "began" : "resumed");
            subscriber.open();
        } else if (random.nextInt(6) == 0) {
            met.saw(subscriber.index() == 0 ? "lost inside a snapshot" : "lost");
            subscriber.lose();
        } else {
            var ending = subscriber.take(random.nextBoolean() ? 1 + random.nextInt(4) : Integer.MAX_VALUE);
            if (ending != null) {
                met.saw(ending.name());
            } else if (random.nextInt(4) == 0) {
                caughtUp(subscriber);
            }
        }
    }

    /// A view that has taken everything is as good as a query, also in the middle of a history.
    private void caughtUp(ViewSubscriber subscriber) throws Exception {
        if (subscriber.takeAll() == null) {
            var difference = subscriber.difference();
            if (!difference.isEmpty()) {
                throw new AssertionError("in the middle " + difference);
            }
        }
    }
}
