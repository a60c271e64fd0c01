package dev.proconsul.rpc.endpoints.internal.state;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;

/// Remembers when the tombstones of deletes may go.
///
/// Tombstones keep the index of lists from falling for those who poll them, and are of no use to anybody after
/// [#LIFETIME]. While this server leads, it remembers the last delete of each [#GRANULARITY], and a leader duty applies
/// a [TombstoneReapCommand] for what is [#due]. The command, when it is applied, makes the reaper forget; one that
/// could not be applied is therefore due again.
///
/// ```
///   lead(last index) -> due()? apply(TombstoneReapCommand) -> due()? ... -> follow()
/// ```
///
/// Threads: any. There are never more than 32 buckets. Source: Consul `agent/consul/state/tombstone_gc.go`.
public final class TombstoneReaper {
    /// How long a tombstone lives at least.
    public static final Duration LIFETIME = Duration.ofMinutes(15);
    /// Expiries are rounded up to this, so that many deletes share one log entry.
    public static final Duration GRANULARITY = Duration.ofSeconds(30);

    private final InstantSource clock;
    /// The greatest index of each expiry.
    private final TreeMap<Instant, Long> buckets = new TreeMap<>();
    private boolean leading;

    TombstoneReaper(InstantSource clock) {
        this.clock = clock;
    }

    /// Starts remembering, when this server becomes the leader.
    /// @param lastIndex index of the last command applied: what was deleted before under another leader
    public synchronized void lead(long lastIndex) {
        leading = true;
        buckets.clear();
        remember(lastIndex);
    }

    /// Forgets everything and remembers nothing more, when this server is no longer the leader.
    public synchronized void follow() {
        leading = false;
        buckets.clear();
    }

    /// {@return the index up to which tombstones may go now; empty when there is nothing to do}
    public synchronized Optional<Long> due() {
        var expired = buckets.floorEntry(clock.instant());
        return expired == null ? Optional.empty() : Optional.of(expired.getValue());
    }

    /// {@return when to ask [#due] again; empty when nothing is remembered, so asking is of use only after a delete}
    public synchronized Optional<Instant> next() {
        return buckets.isEmpty() ? Optional.empty() : Optional.of(buckets.firstKey());
    }

    /// Takes note of a delete.
    synchronized void deleted(long index) {
        if (leading) {
            remember(index);
        }
    }

    /// Takes note that a reap was applied.
    synchronized void reaped(long last) {
        buckets.values().removeIf(index -> index <= last);
    }

    synchronized int buckets() {
        return buckets.size();
    }

    private void remember(long index) {
        buckets.merge(roundedUp(clock.instant().plus(LIFETIME)), index, Math::max);
    }

    private static Instant roundedUp(Instant instant) {
        long step = GRANULARITY.toMillis();
        return Instant.ofEpochMilli((Math.floorDiv(instant.toEpochMilli(), step) + 1) * step);
    }
}
