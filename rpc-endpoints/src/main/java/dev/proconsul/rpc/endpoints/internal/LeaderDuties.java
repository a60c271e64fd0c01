package dev.proconsul.rpc.endpoints.internal;

import java.util.List;

/// What a server does by itself while it leads.
///
/// Source: Consul `agent/consul/leader.go`.
public final class LeaderDuties implements AutoCloseable {
    private final List<Duty> duties;
    private boolean leading; // guarded by this

    /// Makes the duties, which wait for [#lead].
    LeaderDuties(List<Duty> duties) {
        this.duties = duties;
    }

    /// Begins.
    public synchronized void lead() {
        leading = true;
        duties.forEach(Duty::lead);
    }

    /// Ends and begins anew, because the state was replaced; nothing on a server that does not lead.
    public synchronized void restart() {
        if (leading) {
            close();
            lead();
        }
    }

    /// Ends. Closing twice is harmless.
    @Override
    public synchronized void close() {
        leading = false;
        duties.reversed().forEach(Duty::follow);
    }
}
