package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.events.EventTopic.Snapshot;
import dev.proconsul.rpc.endpoints.internal.state.Commit;
import dev.proconsul.rpc.endpoints.internal.state.Version;
import dev.proconsul.rpc.endpoints.internal.tables.KvReads;
import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import java.util.ArrayList;
import java.util.List;

/// Keys and values, by the beginning of keys. Ours: Consul has no such topic.
public final class KeyEvents implements EventSource {
    /// Entries whose keys begin with the name that is subscribed to, whose case matters; all for the empty one.
    public static final EventTopic KEYS = new EventTopic("Keys", false, true, KeyEvents::snapshot);

    /// A step of a snapshot has no more entries than this, and is full with so many bytes of values.
    private static final int STEP = 256;
    private static final long STEP_BYTES = 1 << 20;

    /// Makes the source.
    public KeyEvents() {}

    @Override
    public List<EventTopic> topics() {
        return List.of(KEYS);
    }

    private static Snapshot snapshot(Version state, Subject subject) {
        var found = KvReads.list(state, subject instanceof Subject.Named named ? named.key() : "");
        var steps = new ArrayList<List<Payload>>();
        var step = new ArrayList<Payload>();
        long bytes = 0;
        for (var entry : found.value()) {
            step.add(new Payload.Key(false, entry));
            bytes += entry.value().length();
            if (step.size() == STEP || bytes >= STEP_BYTES) {
                steps.add(List.copyOf(step));
                step.clear();
                bytes = 0;
            }
        }
        if (!step.isEmpty()) {
            steps.add(List.copyOf(step));
        }
        return new Snapshot(found.index(), steps);
    }

    @Override
    public void events(Commit commit, Events events) {
        for (var change : commit.changes(KvTable.TABLE)) {
            var entry = change.row();
            for (var beginning : events.beginnings(KEYS, entry.key())) {
                events.add(KEYS, beginning, () -> new Payload.Key(change.after() == null, entry));
            }
        }
    }
}
