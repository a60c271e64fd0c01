package dev.proconsul.rpc.endpoints.internal;

import java.util.List;

/// What a server does by itself while it leads.
///
/// Source: Consul `agent/consul/leader.go`.
public final class LeaderDuties implements AutoCloseable {
    private final List<Duty> duties;

    /// Makes the duties, which wait for [#lead].
    LeaderDuties(List<Duty> duties) {
        this.duties = duties;
    }

    /// Begins.
    public synchronized void lead() {
        duties.forEach(Duty::lead);
    }

    /// Ends. Closing twice is harmless.
    @Override
    public synchronized void close() {
        duties.reversed().forEach(Duty::follow);
    }
}
