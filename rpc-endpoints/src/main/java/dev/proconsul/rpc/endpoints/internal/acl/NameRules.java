package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The rules about one kind of resource: an exact name beats a prefix, the longest prefix beats the others.
///
/// Filled by one thread, then only read, by any.
final class NameRules {
    private final Map<String, Level> exact = new HashMap<>();
    private final NavigableMap<String, Level> prefixes = new TreeMap<>();

    void add(boolean prefix, String name, Level level) {
        (prefix ? prefixes : exact).merge(name, level, Level::mergedWith);
    }

    /// What the rules say about a name; empty when they say nothing.
    Optional<Level> of(String name) {
        var level = exact.get(name);
        return level == null ? ofPrefix(name) : Optional.of(level);
    }

    /// What the longest rule says that covers all names that begin so.
    private Optional<Level> ofPrefix(String name) {
        var sought = name;
        while (true) {
            var entry = prefixes.floorEntry(sought);
            if (entry == null) {
                return Optional.empty();
            }
            if (name.startsWith(entry.getKey())) {
                return Optional.of(entry.getValue());
            }
            sought = name.substring(0, common(name, entry.getKey())); // nothing between it and the found one fits
        }
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    /// Whether all names that begin so may be accessed: the longest rule that covers them and every rule below it
    /// must allow it. Empty when no rule covers them, and none below forbids it.
    Optional<Boolean> all(String prefix, Access access) {
        var base = ofPrefix(prefix);
        boolean forbidden = base.isPresent() && !base.get().allows(access)
                || prefixes.tailMap(prefix, true).entrySet().stream()
                        .takeWhile(e -> e.getKey().startsWith(prefix)).anyMatch(e -> !e.getValue().allows(access))
                || exact.entrySet().stream()
                        .anyMatch(e -> e.getKey().startsWith(prefix) && !e.getValue().allows(access));
        return forbidden ? Optional.of(false) : base.map(_ -> true);
    }

    /// Whether some name may be accessed. Empty when no rule allows it, and none forbids it for all others.
    Optional<Boolean> any(Access access) {
        if (exact.values().stream().anyMatch(l -> l.allows(access))
                || prefixes.values().stream().anyMatch(l -> l.allows(access))) {
            return Optional.of(true);
        }
        return prefixes.containsKey("") ? Optional.of(false) : Optional.empty();
    }
}
