package dev.proconsul.rpc.endpoints.internal.events;

import java.util.List;

/// All sources of events; a line for each.
public final class Topics {
    private static final List<EventSource> SOURCES = List.of(new HealthEvents(), new ServiceListEvents(),
            new ConfigEntryEvents(), new KeyEvents(), new NodeEvents());

    private Topics() {}

    /// {@return the sources of all topics}
    public static List<EventSource> sources() {
        return SOURCES;
    }
}
