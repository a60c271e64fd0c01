package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.client.internal.view.ViewEvent;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a query about a service answers, now and after each command.
final class PolledTruth {
    private static final Comparator<CheckServiceNode> ORDER = Comparator
            .comparing((CheckServiceNode instance) -> instance.node().node().toLowerCase(Locale.ROOT))
            .thenComparing(instance -> instance.service().id().toLowerCase(Locale.ROOT));

    private final Stage stage;
    final EventTopic topic;
    final String name;
    /// What a query would have answered after each command, by the index of the command.
    private final TreeMap<Long, List<CheckServiceNode>> after = new TreeMap<>();
    /// The same by the index of the answer. In the mesh that index goes back when an instance of another service
    /// leaves, as in Consul, so there can be several answers with one index.
    private final Map<Long, List<List<CheckServiceNode>>> answers = new HashMap<>();

    PolledTruth(Stage stage, EventTopic topic, String name) {
        this.stage = stage;
        this.topic = topic;
        this.name = name;
    }

    Indexed<List<CheckServiceNode>> now() {
        var state = stage.store.current();
        var found = topic == HealthEvents.SERVICE_HEALTH
                ? HealthReads.of(state, ServiceReads.named(state, name, true)) : HealthReads.inMesh(state, name);
        return new Indexed<>(found.index(), found.value().stream().sorted(ORDER).toList());
    }

    /// Notes what a query answers after a command.
    void note() {
        var truth = now();
        after.put(stage.index, truth.value());
        var same = answers.computeIfAbsent(Math.max(1, truth.index()), _ -> new ArrayList<>());
        if (!same.contains(truth.value())) {
            same.add(truth.value());
        }
    }

    /// What was noted does not hold any more.
    void forget() {
        after.clear();
        answers.clear();
    }

    /// A view that has just taken an event in is what a query answered at that index.
    void check(ViewEvent event, List<CheckServiceNode> view, long index) {
        var known = switch (event) {
            case ViewEvent.EndOfSnapshot _ -> answers.get(index);
            case ViewEvent.Changes _ -> {
                var last = after.floorEntry(index);
                yield last == null ? null : List.of(last.getValue());
            }
            case ViewEvent.NewSnapshotToFollow _, ViewEvent.Accepted _ -> throw new AssertionError(event);
        };
        if (known != null && !known.contains(view)) {
            throw new AssertionError(topic + " " + name + ": after " + event.getClass().getSimpleName() + " at " + index
                    + " the view has " + text(view) + ", a query " + known.stream().map(PolledTruth::text).toList());
        }
    }

    static String text(List<CheckServiceNode> instances) {
        return instances.stream().map(instance -> instance.node().node() + "/" + instance.service().id()
                + instance.checks().stream().map(check -> " " + check.checkID() + "=" + check.status())
                        .reduce("", String::concat)).toList().toString();
    }
}
