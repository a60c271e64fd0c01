package dev.proconsul.rpc.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What later runs are compared with.
///
/// @param entries in the order of the scenarios
record Accepted(Map<Scenario, Entry> entries) {
    static final Accepted NOTHING = new Accepted(Map.of());

    Accepted {
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    /// One scenario. All of it is from one run, so that the setting is true of every ratio.
    ///
    /// @param setting of that run
    /// @param ratios  to each other contender, in the order of the table
    record Entry(Setting setting, Map<String, Ratios> ratios) {
        Entry {
            ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
        }
    }

    Optional<Entry> of(Scenario scenario) {
        return Optional.ofNullable(entries.get(scenario));
    }

    /// {@return the same with one scenario measured anew}
    Accepted with(Scenario scenario, Entry entry) {
        var merged = new TreeMap<>(entries);
        merged.put(scenario, entry);
        return new Accepted(merged);
    }
}
