package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic.Snapshot;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of all services: one comes with the first instance, and goes with the last.
///
/// Source: Consul `agent/consul/state/catalog_events.go`, `ServiceListUpdateEventsFromChanges`.
public final class ServiceListEvents implements EventSource {
    /// All names; there is nothing else to subscribe to.
    public static final EventTopic SERVICE_LIST =
            new EventTopic("ServiceList", true, false, (state, _) -> snapshot(state));

    /// Makes the source.
    public ServiceListEvents() {}

    @Override
    public List<EventTopic> topics() {
        return List.of(SERVICE_LIST);
    }

    private static Snapshot snapshot(Version state) {
        var names = new LinkedHashMap<String, String>();
        for (var row : state.under(ServiceTable.BY_NAME, Keys.NONE)) {
            addName(names, row);
        }
        return Snapshot.inOneStep(state.entry(ServiceTable.TABLE), names.values().stream()
                .<Payload>map(name -> new Payload.ServiceName(false, name)).toList());
    }

    private static void addName(Map<String, String> names, @Nullable ServiceRow row) {
        if (row != null) {
            names.putIfAbsent(Keys.lower(row.service().service()), row.service().service());
        }
    }

    @Override
    public void events(Commit commit, Events events) {
        var names = new LinkedHashMap<String, String>();
        for (var change : commit.changes(ServiceTable.TABLE)) {
            addName(names, change.before());
            addName(names, change.after());
        }
        names.forEach((key, name) -> {
            boolean was = commit.before().first(ServiceTable.BY_NAME, Keys.of(key)) != null;
            boolean is = commit.after().first(ServiceTable.BY_NAME, Keys.of(key)) != null;
            if (was != is) {
                events.add(SERVICE_LIST, key, () -> new Payload.ServiceName(was, name));
            }
        });
    }
}
