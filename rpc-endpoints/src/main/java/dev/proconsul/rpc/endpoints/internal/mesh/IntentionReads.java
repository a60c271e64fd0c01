package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads intentions. The index is that of all config entries.
///
/// Source: Consul `agent/consul/state/intention.go`, `config_entry_intention.go`.
final class IntentionReads {
    static final String KIND = "service-intentions";

    private IntentionReads() {}

    static Optional<Intention> byId(Reader state, String id) {
        var row = state.first(ConfigEntryTable.BY_INTENTION_ID, Keys.of(id));
        return row != null && row.entry() instanceof ServiceIntentionsConfigEntry entry
                ? entry.sources().stream().filter(source -> source.legacyID().equalsIgnoreCase(id)).findFirst()
                        .map(source -> IntentionForms.of(entry, source))
                : Optional.empty();
    }

    static Optional<Intention> exact(Reader state, String source, String destination, String peer) {
        return ConfigEntryReads.get(state, ServiceIntentionsConfigEntry.class, KIND, destination)
                .flatMap(entry -> entry.sources().stream()
                        .filter(s -> s.name().equals(source) && s.peer().equals(peer)).findFirst()
                        .map(s -> IntentionForms.of(entry, s)));
    }

    static List<Intention> all(Reader state) {
        List<Intention> found = new ArrayList<>();
        for (var row : state.under(ConfigEntryTable.BY_NAME, Keys.of(KIND))) {
            if (row.entry() instanceof ServiceIntentionsConfigEntry intentions) {
                found.addAll(IntentionForms.of(intentions));
            }
        }
        found.sort(IntentionForms.ORDER);
        return found;
    }

    /// The intentions that say who may call a service, the most important first.
    static List<Intention> ofDestination(Reader state, String service) {
        List<Intention> found = new ArrayList<>();
        for (var name : names(service)) {
            ConfigEntryReads.get(state, ServiceIntentionsConfigEntry.class, KIND, name)
                    .ifPresent(entry -> found.addAll(IntentionForms.of(entry)));
        }
        found.sort(IntentionForms.ORDER);
        return found;
    }

    /// The intentions that say whom a service may call, the most important first.
    static List<Intention> ofSource(Reader state, String service) {
        List<Intention> found = new ArrayList<>();
        for (var name : names(service)) {
            for (var row : state.under(ConfigEntryTable.BY_INTENTION_SOURCE, Keys.of(name))) {
                if (row.entry() instanceof ServiceIntentionsConfigEntry intentions) {
                    intentions.sources().stream().filter(s -> s.name().equals(name) && s.peer().isEmpty())
                            .forEach(s -> found.add(IntentionForms.of(intentions, s)));
                }
            }
        }
        found.sort(IntentionForms.ORDER);
        return found;
    }

    private static Set<String> names(String service) {
        return new LinkedHashSet<>(List.of(service, IntentionForms.ANY));
    }

    /// Whether a service may call another. Rules about single requests do not count as permission.
    static boolean isAllowed(Reader state, String source, String destination, boolean byDefault) {
        return ofDestination(state, destination).stream()
                .filter(i -> i.sourcePeer().isEmpty()
                        && (i.sourceName().equals(source) || i.sourceName().equals(IntentionForms.ANY)))
                .findFirst()
                .map(i -> i.permissions().isEmpty() && i.action().equals("allow"))
                .orElse(byDefault);
    }
}
