package dev.proconsul.rpc.endpoints.internal.events;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The events of one commit, by the buffers that take them. What nobody is subscribed to is dropped before it is made.
/// Inside the publisher's lock.
final class GroupedEvents implements EventSource.Events {
    private static final Subject EVERYTHING = new Subject.Everything();

    private final Map<TopicBuffer.Key, TopicBuffer> buffers;
    private final Beginnings beginnings;
    private final Map<TopicBuffer, List<Payload>> groups = new LinkedHashMap<>();

    GroupedEvents(Map<TopicBuffer.Key, TopicBuffer> buffers, Beginnings beginnings) {
        this.buffers = buffers;
        this.beginnings = beginnings;
    }

    @Override
    public void add(EventTopic topic, String subject, Supplier<Payload> event) {
        var named = buffers.get(new TopicBuffer.Key(topic, new Subject.Named(subject)));
        var all = topic.hasWildcard() ? buffers.get(new TopicBuffer.Key(topic, EVERYTHING)) : null;
        if (named == null && all == null) {
            return;
        }
        var payload = event.get();
        if (named != null) {
            groups.computeIfAbsent(named, _ -> new ArrayList<>()).add(payload);
        }
        if (all != null) {
            groups.computeIfAbsent(all, _ -> new ArrayList<>()).add(payload);
        }
    }

    @Override
    public List<String> beginnings(EventTopic topic, String name) {
        var found = new ArrayList<String>();
        for (int length : beginnings.lengths(topic)) {
            if (length > name.length()) {
                break;
            }
            var beginning = name.substring(0, length);
            if (buffers.containsKey(new TopicBuffer.Key(topic, new Subject.Named(beginning)))) {
                found.add(beginning);
            }
        }
        return found;
    }

    Map<TopicBuffer, List<Payload>> groups() {
        return groups;
    }
}
