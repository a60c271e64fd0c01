package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic.Snapshot;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Config entries: a topic for each kind that has one, by the names of entries. Other kinds have no events.
///
/// Source: Consul `agent/consul/state/config_entry_events.go`.
public final class ConfigEntryEvents implements EventSource {
    /// In Consul's Community Edition no entry of this kind can be written.
    private static final String RATE_LIMIT = "control-plane-request-limit";

    private static final Map<String, EventTopic> BY_KIND = new LinkedHashMap<>();

    static {
        topic("MeshConfig", "mesh");
        topic("ServiceResolver", "service-resolver");
        topic("IngressGateway", "ingress-gateway");
        topic("ServiceIntentions", "service-intentions");
        topic("ServiceDefaults", "service-defaults");
        topic("APIGateway", "api-gateway");
        topic("TCPRoute", "tcp-route");
        topic("HTTPRoute", "http-route");
        topic("InlineCertificate", "inline-certificate");
        topic("BoundAPIGateway", "bound-api-gateway");
        topic("IPRateLimit", RATE_LIMIT);
        topic("SamenessGroup", "sameness-group");
        topic("JWTProvider", "jwt-provider");
        topic("ExportedServices", "exported-services");
        topic("FileSystemCertificate", "file-system-certificate");
    }

    private static final List<EventTopic> TOPICS = List.copyOf(BY_KIND.values());

    /// Makes the source.
    public ConfigEntryEvents() {}

    private static void topic(String name, String kind) {
        BY_KIND.put(kind, new EventTopic(name, true, !kind.equals(RATE_LIMIT),
                (state, subject) -> snapshot(state, kind, subject)));
    }

    /// {@return the topic of a kind, if it has one}
    /// @param kind of config entries
    public static Optional<EventTopic> topicOf(String kind) {
        return Optional.ofNullable(BY_KIND.get(kind));
    }

    /// {@return the topics of all kinds}
    public static List<EventTopic> all() {
        return TOPICS;
    }

    @Override
    public List<EventTopic> topics() {
        return TOPICS;
    }

    private static Snapshot snapshot(Version state, String kind, Subject subject) {
        var rows = switch (subject) {
            case Subject.Everything _ -> state.under(ConfigEntryTable.BY_NAME, Keys.of(kind));
            case Subject.Named named -> state.under(ConfigEntryTable.BY_NAME, Keys.of(kind, named.key()));
        };
        return Snapshot.inOneStep(ConfigEntryReads.index(state),
                Rows.list(rows).stream()
                        .<Payload>map(row -> new Payload.Entry(false, row)).toList());
    }

    @Override
    public void events(Commit commit, Events events) {
        for (var change : commit.changes(ConfigEntryTable.TABLE)) {
            ConfigEntryRow row = change.row();
            var topic = BY_KIND.get(row.entry().kindName());
            if (topic != null) {
                events.add(topic, Keys.lower(row.entry().name()),
                        () -> new Payload.Entry(change.after() == null, row));
            }
        }
    }
}
