package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.events.ConfigEntryEvents;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.structs.IndexedGenericConfigEntries;
import dev.proconsul.rpc.structs.proto.configentry.ConfigEntry;
import dev.proconsul.rpc.structs.proto.configentry.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Config entries as messages. The field of an entry, and the constant of its kind, are called as its topic is.
///
/// Source: Consul `proto/private/pbconfigentry`.
final class ConfigMessages {
    private static final Map<String, Kind> KINDS = kinds();

    private ConfigMessages() {}

    private static Map<String, Kind> kinds() {
        return Arrays.stream(Kind.values()).filter(kind -> kind != Kind.UNRECOGNIZED)
                .collect(Collectors.toUnmodifiableMap(kind -> kind.name().substring("Kind".length()),
                        kind -> kind));
    }

    static ConfigEntry of(ConfigEntryRow row) {
        var entry = row.entry();
        var message = ConfigEntry.newBuilder()
                .setName(entry.name())
                .setEnterpriseMeta(CommonMessages.NO_TENANCY)
                .setRaftIndex(CommonMessages.of(row.raftIndex()));
        var name = ConfigEntryEvents.topicOf(entry.kindName()).map(Object::toString).orElse("");
        var field = ConfigEntry.getDescriptor().findFieldByName(name);
        if (field != null) {
            message.setKind(KINDS.getOrDefault(name, Kind.KindUnknown));
            var content = message.newBuilderForField(field);
            TreeMessages.fill(content, tree(entry));
            message.setField(field, content.build());
        }
        return message.build();
    }

    private static Map<?, ?> tree(dev.proconsul.rpc.structs.ConfigEntry entry) {
        var all = IndexedGenericConfigEntries.CODEC.toJson(
                IndexedGenericConfigEntries.ZERO.withEntries(List.of(entry)));
        if (all instanceof Map<?, ?> reply && reply.get("Entries") instanceof List<?> entries
                && entries.getFirst() instanceof Map<?, ?> tree) {
            return tree;
        }
        throw new AssertionError("a config entry is shown as " + all);
    }
}
