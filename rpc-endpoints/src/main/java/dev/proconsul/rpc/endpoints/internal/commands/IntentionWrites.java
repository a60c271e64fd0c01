package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.IntentionMutation;
import dev.proconsul.rpc.structs.IntentionRequest;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import dev.proconsul.rpc.structs.SourceIntention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Changes of single intentions, each a part of the config entry of its destination.
///
/// Source: Consul `agent/consul/state/intention.go`, `IntentionMutation`.
final class IntentionWrites {
    private static final String KIND = "service-intentions";

    private IntentionWrites() {}

    static Object apply(Transaction state, IntentionRequest request) throws RpcException {
        var change = request.mutation();
        if (change == null) {
            throw new RpcException("Intentions of the old form cannot be written any more");
        }
        var value = change.value();
        switch (request.op()) {
            case "create" -> create(state, change, required(value));
            case "update" -> update(state, change, required(value));
            case "upsert" -> put(state, change.destination().name(), change.source().name(), required(value));
            case "delete" -> {
                if (change.id().isEmpty()) {
                    remove(state, entryOf(state, change.destination().name()),
                            isFrom(change.source().name()));
                } else {
                    remove(state, byId(state, change.id()), hasId(change.id()));
                }
            }
            default -> throw new RpcException("Invalid Intention operation: " + request.op());
        }
        return Nothing.NOTHING;
    }

    private static SourceIntention required(@Nullable SourceIntention value)
            throws RpcException {
        if (value == null) {
            throw new RpcException("intention mutation without a value");
        }
        return value;
    }

    private static Optional<ServiceIntentionsConfigEntry> entryOf(Transaction state, String destination) {
        return ConfigEntryReads.get(state, ServiceIntentionsConfigEntry.class, KIND, destination);
    }

    private static Optional<ServiceIntentionsConfigEntry> byId(Transaction state, String id) {
        var row = state.first(ConfigEntryTable.BY_INTENTION_ID, Keys.of(id));
        return row != null && row.entry() instanceof ServiceIntentionsConfigEntry entry
                ? Optional.of(entry) : Optional.empty();
    }

    private static Predicate<SourceIntention> isFrom(String source) {
        return stored -> stored.name().equals(source) && stored.peer().isEmpty();
    }

    private static Predicate<SourceIntention> hasId(String id) {
        return stored -> stored.legacyID().equals(id);
    }

    private static void create(Transaction state, IntentionMutation change, SourceIntention value)
            throws RpcException {
        var destination = change.destination().name();
        var entry = entryOf(state, destination);
        if (entry.isPresent() && entry.get().sources().stream().anyMatch(isFrom(value.name()))) {
            throw new RpcException("duplicate intention found: " + value.name() + " => " + destination);
        }
        put(state, destination, value.name(), value);
    }

    private static void update(Transaction state, IntentionMutation change, SourceIntention value)
            throws RpcException {
        var entry = byId(state, change.id());
        if (entry.isEmpty()) {
            throw new RpcException("Cannot modify non-existent intention: '" + change.id() + "'");
        }
        var sources = new ArrayList<>(entry.get().sources());
        sources.replaceAll(stored -> hasId(change.id()).test(stored) ? value : stored);
        store(state, entry.get().withSources(sources));
    }

    private static void put(Transaction state, String destination, String source, SourceIntention value)
            throws RpcException {
        var entry = entryOf(state, destination).orElse(
                ServiceIntentionsConfigEntry.ZERO.withKind(KIND).withName(destination));
        List<SourceIntention> sources = new ArrayList<>(entry.sources());
        sources.removeIf(isFrom(source));
        sources.add(value);
        store(state, entry.withSources(sources));
    }

    private static void remove(Transaction state, Optional<ServiceIntentionsConfigEntry> entry,
            Predicate<SourceIntention> which) throws RpcException {
        if (entry.isEmpty()) {
            return;
        }
        var left = entry.get().sources().stream().filter(which.negate()).toList();
        if (left.isEmpty()) {
            ConfigEntryWrites.delete(state, ConfigEntryReads.row(state, KIND, entry.get().name()));
        } else if (left.size() < entry.get().sources().size()) {
            store(state, entry.get().withSources(left));
        }
    }

    private static void store(Transaction state, ServiceIntentionsConfigEntry entry) throws RpcException {
        ConfigEntry normal = IntentionForms.normalized(entry);
        ConfigEntryWrites.put(state, normal, ConfigEntryReads.row(state, KIND, entry.name()));
    }
}
