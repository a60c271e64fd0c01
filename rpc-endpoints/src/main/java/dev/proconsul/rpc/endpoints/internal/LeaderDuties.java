package dev.proconsul.rpc.endpoints.internal;

import java.util.List;

/// What a server does by itself while it leads.
///
/// Source: Consul `agent/consul/leader.go`.
public final class LeaderDuties implements AutoCloseable {
    private final List<Duty> duties;

    // Guarded by this.
    private boolean leading;
    private boolean closed;

    /// Makes the duties, which wait for [#lead].
    LeaderDuties(List<Duty> duties) {
        this.duties = duties;
    }

    /// Begins; not after [#close].
    public synchronized void lead() {
        if (!closed) {
            leading = true;
            duties.forEach(Duty::lead);
        }
    }

    /// Ends, until they begin again. Harmless when they had not begun.
    public synchronized void follow() {
        leading = false;
        duties.reversed().forEach(Duty::follow);
    }

    /// Ends and begins anew, because the state was replaced; nothing on a server that does not lead.
    public synchronized void restart() {
        if (leading) {
            follow();
            lead();
        }
    }

    /// Ends for good. Closing twice is harmless.
    @Override
    public synchronized void close() {
        closed = true;
        follow();
    }
}
