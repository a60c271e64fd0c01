package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import dev.proconsul.rpc.structs.SourceIntention;
import dev.proconsul.rpc.structs.WireTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The two forms of intentions: parts of the entry of their destination, as they are stored, and each for itself.
///
/// | destination | source | precedence |
/// |---|---|---|
/// | exact | exact | 9 |
/// | exact | `*` | 8 |
/// | `*` | exact | 6 |
/// | `*` | `*` | 5 |
///
/// Source: Consul `agent/structs/config_entry_intentions.go`, `agent/structs/intention.go`.
public final class IntentionForms {
    /// Name that stands for all services.
    public static final String ANY = "*";
    /// The one kind of sources.
    public static final String CONSUL = "consul";
    /// The namespace of everything.
    public static final String NAMESPACE = "default";

    /// The most important first; among equals by name.
    public static final Comparator<Intention> ORDER = Comparator.comparingLong(Intention::precedence).reversed()
            .thenComparing(Intention::sourceName).thenComparing(Intention::destinationName);

    private static final Comparator<SourceIntention> SOURCES =
            Comparator.comparingLong(SourceIntention::precedence).reversed().thenComparing(SourceIntention::name);

    private IntentionForms() {}

    /// {@return the precedence of an intention}
    /// @param destination service that is called
    /// @param source      service that calls
    public static long precedence(String destination, String source) {
        return (destination.equals(ANY) ? 6 : 9) - (source.equals(ANY) ? 1 : 0);
    }

    /// {@return an entry with types and precedences filled, and its sources in order}
    /// @param entry as it was sent
    public static ServiceIntentionsConfigEntry normalized(ServiceIntentionsConfigEntry entry) {
        var sources = new ArrayList<SourceIntention>();
        for (var source : entry.sources()) {
            sources.add(source
                    .withType(source.type().isEmpty() ? CONSUL : source.type())
                    .withPrecedence(precedence(entry.name(), source.name())));
        }
        sources.sort(SOURCES);
        return entry.withSources(sources);
    }

    /// {@return the intentions of an entry, each for itself}
    /// @param entry stored
    public static List<Intention> of(ServiceIntentionsConfigEntry entry) {
        return entry.sources().stream().map(source -> of(entry, source)).toList();
    }

    /// {@return an intention for itself}
    /// @param entry  of its destination
    /// @param source its part of it
    public static Intention of(ServiceIntentionsConfigEntry entry, SourceIntention source) {
        return Intention.ZERO
                .withId(source.legacyID())
                .withDescription(source.description())
                .withSourceNS(NAMESPACE).withSourceName(source.name()).withSourcePeer(source.peer())
                .withSourceSamenessGroup(source.samenessGroup())
                .withDestinationNS(NAMESPACE).withDestinationName(entry.name())
                .withSourceType(source.type())
                .withAction(source.action())
                .withPermissions(source.permissions())
                .withJwt(entry.jwt())
                .withMeta(source.legacyID().isEmpty() ? entry.meta() : source.legacyMeta())
                .withPrecedence(source.precedence())
                .withCreatedAt(orZero(source.legacyCreateTime()))
                .withUpdatedAt(orZero(source.legacyUpdateTime()))
                .withRaftIndex(entry.raftIndex());
    }

    private static WireTime orZero(@Nullable WireTime time) {
        return time == null ? WireTime.ZERO : time;
    }
}
