package dev.proconsul.rpc.endpoints.internal.events;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Which topics are in use, and how long the names are that are subscribed to: all that is needed to find those that a
/// longer name begins with. Inside the publisher's lock.
final class Beginnings {
    private final Map<EventTopic, TreeMap<Integer, Integer>> lengths = new HashMap<>();

    void add(TopicBuffer.Key key) {
        lengths.computeIfAbsent(key.topic(), _ -> new TreeMap<>()).merge(length(key.subject()), 1, Integer::sum);
    }

    void remove(TopicBuffer.Key key) {
        var known = lengths.get(key.topic());
        if (known != null) {
            known.computeIfPresent(length(key.subject()), (_, uses) -> uses == 1 ? null : uses - 1);
            if (known.isEmpty()) {
                lengths.remove(key.topic());
            }
        }
    }

    boolean uses(EventTopic topic) {
        return lengths.containsKey(topic);
    }

    /// The lengths of names of a topic that are subscribed to, from the shortest on.
    Iterable<Integer> lengths(EventTopic topic) {
        return lengths.getOrDefault(topic, new TreeMap<>()).keySet();
    }

    private static int length(Subject subject) {
        return switch (subject) {
            case Subject.Named named -> named.key().length();
            case Subject.Everything _ -> Integer.MAX_VALUE;
        };
    }
}
