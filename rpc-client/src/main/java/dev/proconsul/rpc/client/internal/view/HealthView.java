package dev.proconsul.rpc.client.internal.view;

import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The instances of a service, in the order of their nodes and ids.
///
/// Names of nodes and ids differ where they differ by more than their case: that is how the catalog tells them apart.
///
/// Source: Consul `agent/rpcclient/health/view.go`.
public final class HealthView implements View<List<CheckServiceNode>> {
    /// Consul bounds nothing here; a server that streams without end must not fill the memory.
    private static final int MOST_INSTANCES = 1_000_000;

    private static final Comparator<Key> ORDER = Comparator.comparing(Key::node).thenComparing(Key::service)
            .thenComparing(Key::peer).thenComparing(Key::partition);

    private final Predicate<CheckServiceNode> filter;
    private final int most;
    private final TreeMap<Key, CheckServiceNode> instances = new TreeMap<>(ORDER);

    private record Key(String partition, String peer, String node, String service) {}

    /// Makes an empty view.
    /// @param filter what an instance must meet to be in it
    public HealthView(Predicate<CheckServiceNode> filter) {
        this(filter, MOST_INSTANCES);
    }

    HealthView(Predicate<CheckServiceNode> filter, int most) {
        this.filter = filter;
        this.most = most;
    }

    @Override
    public void reset() {
        instances.clear();
    }

    @Override
    public void update(List<ViewEvent.Change> changes) throws UnexpectedEvent {
        for (var change : changes) {
            switch (change) {
                case ViewEvent.Instance(boolean gone, var instance) -> {
                    if (gone || !filter.test(instance)) {
                        instances.remove(key(instance));
                    } else {
                        put(instance);
                    }
                }
                case ViewEvent.Foreign(var what) ->
                    throw new UnexpectedEvent("unexpected event type for service health view: " + what);
            }
        }
    }

    private void put(CheckServiceNode instance) throws UnexpectedEvent {
        instances.put(key(instance), instance);
        if (instances.size() > most) {
            throw new UnexpectedEvent("the service has more than " + most + " instances");
        }
    }

    private static Key key(CheckServiceNode instance) throws UnexpectedEvent {
        var node = instance.node();
        var service = instance.service();
        if (node == null || service == null) {
            throw new UnexpectedEvent("an instance without " + (node == null ? "node" : "service"));
        }
        return new Key(lower(node.partition()), lower(node.peerName()), lower(node.node()), lower(service.id()));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public List<CheckServiceNode> value() {
        return List.copyOf(instances.values());
    }
}
