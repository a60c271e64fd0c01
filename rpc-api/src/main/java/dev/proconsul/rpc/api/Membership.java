package dev.proconsul.rpc.api;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Who is there: the servers that this process knows, by datacenter.
///
/// Threads: any.
public interface Membership {
    /// Ends a subscription. Harmless when it has ended.
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /// {@return the known servers of a datacenter, in no particular order; empty when the datacenter is not known}
    /// @param datacenter name of the datacenter
    List<ServerInfo> servers(String datacenter);

    /// {@return the datacenters of which a server is known; those of a source that cannot tell are missing}
    default SortedSet<String> datacenters() {
        return new TreeSet<>();
    }

    /// Is told of every change after the call, in order: who subscribes first and reads [#servers] then misses nothing,
    /// but may be told of what was read already. The source calls on one thread of its own and waits for the listener,
    /// which must be short. A source that never changes never calls.
    ///
    /// @param listener what to tell
    /// @return ends the subscription; a call that is under way may still arrive
    default Subscription watch(Consumer<? super ServerEvent> listener) {
        return () -> { };
    }
}
