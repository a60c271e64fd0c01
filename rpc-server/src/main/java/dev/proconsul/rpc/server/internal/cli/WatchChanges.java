package dev.proconsul.rpc.server.internal.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is different between a value and the one before, by the names of its parts. For one thread at a time.
final class WatchChanges {
    private Map<String, ?> known = Map.of();

    /// Compares with the value before, which at first had no parts.
    /// @param parts of the value now, by name
    /// @return the names of parts that are `Added`, `Changed` and `Removed`; without those of which there are none
    Map<String, @Nullable Object> next(Map<String, ?> parts) {
        var added = new ArrayList<String>();
        var changed = new ArrayList<String>();
        parts.forEach((name, part) -> {
            var before = known.get(name);
            if (before == null) {
                added.add(name);
            } else if (!before.equals(part)) {
                changed.add(name);
            }
        });
        var removed = known.keySet().stream().filter(name -> !parts.containsKey(name)).toList();
        known = parts;
        var all = new LinkedHashMap<String, @Nullable Object>();
        put(all, "Added", added);
        put(all, "Changed", changed);
        put(all, "Removed", removed);
        return all;
    }

    private static void put(Map<String, @Nullable Object> all, String word, List<String> names) {
        if (!names.isEmpty()) {
            all.put(word, names);
        }
    }
}
