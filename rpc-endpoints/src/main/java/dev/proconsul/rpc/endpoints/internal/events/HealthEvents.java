package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic.Snapshot;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.HealthReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceReads;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.structs.CheckServiceNode;
import java.util.List;

/// The health of services: their instances with nodes and checks.
///
/// | topic | an instance is in the stream of |
/// |---|---|
/// | `ServiceHealth` | its service |
/// | `ServiceHealthConnect` | the service that it serves in the mesh: its own if it speaks the mesh's protocol, that behind it if it is a proxy, each that is linked to it if it is a terminating gateway |
///
/// Source: Consul `agent/consul/state/catalog_events.go`.
public final class HealthEvents implements EventSource {
    /// Instances by the name of their service.
    public static final EventTopic SERVICE_HEALTH = new EventTopic("ServiceHealth", false, true,
            (state, subject) -> snapshot(ServiceReads.named(state, name(subject), true), state));
    /// Instances by the name of the service that they serve in the mesh.
    public static final EventTopic SERVICE_HEALTH_CONNECT = new EventTopic("ServiceHealthConnect", false, true,
            (state, subject) -> snapshot(HealthReads.inMesh(state, name(subject))));

    /// Makes the source.
    public HealthEvents() {}

    @Override
    public List<EventTopic> topics() {
        return List.of(SERVICE_HEALTH, SERVICE_HEALTH_CONNECT);
    }

    /// {@return whether a topic is one of health}
    /// @param topic any
    public static boolean isHealth(EventTopic topic) {
        return topic == SERVICE_HEALTH || topic == SERVICE_HEALTH_CONNECT;
    }

    private static String name(Subject subject) {
        return switch (subject) {
            case Subject.Named named -> named.key();
            case Subject.Everything _ -> throw new IllegalArgumentException("there is no stream of all health");
        };
    }

    private static Snapshot snapshot(
            Indexed<List<ServiceRow>> rows, Version state) {
        return snapshot(HealthReads.of(state, rows));
    }

    private static Snapshot snapshot(Indexed<List<CheckServiceNode>> found) {
        return new Snapshot(found.index(), found.value().stream()
                .map(instance -> List.<Payload>of(new Payload.Health(false, instance))).toList());
    }

    @Override
    public void events(Commit commit, Events events) {
        var touched = TouchedInstances.of(commit);
        var mesh = new MeshHealth(commit, events);
        for (var change : touched.instances()) {
            var was = change.before();
            var is = change.after();
            if (was != null && (is == null || !sameName(was.service().service(), is.service().service()))) {
                events.add(SERVICE_HEALTH, Keys.lower(was.service().service()), () -> HealthForm.gone(was));
            }
            if (is != null) {
                events.add(SERVICE_HEALTH, Keys.lower(is.service().service()),
                        () -> HealthForm.there(commit.after(), is));
            }
            mesh.changed(was, is);
        }
        mesh.links(touched);
    }

    private static boolean sameName(String one, String other) {
        return Keys.lower(one).equals(Keys.lower(other));
    }
}
