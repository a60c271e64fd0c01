package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.WriteRequest;
import java.time.Duration;

/// What the calls of a facade have in common. Immutable.
///
/// @param datacenter  where to ask; empty for the server's own
/// @param token       ACL secret; empty for the anonymous one
/// @param consistency which server may answer a read
/// @param maxStale    how old an answer with [Consistency#STALE] may be: if the server that gives it has heard nothing
///                    from its leader for longer, the leader is asked instead. Zero (the default) for any age
/// @param filter      expression that the results of reads must meet, as `ServiceMeta.version == "2"`; empty for all.
///                    Only some lists have it
/// @param watching    how watches ask
public record CallOptions(
        String datacenter,
        String token,
        Consistency consistency,
        Duration maxStale,
        String filter,
        WatchOptions watching) {
    /// The server's own datacenter, no token, the leader answers.
    public static final CallOptions DEFAULT =
            new CallOptions("", "", Consistency.LEADER, Duration.ZERO, "", WatchOptions.DEFAULT);

    /// Which server may answer a read, and how sure it must be.
    public enum Consistency {
        /// The leader, from what it holds.
        LEADER,
        /// Any server, from what it holds, which may be old.
        STALE,
        /// The leader, after it has asked a quorum whether it still is.
        CONSISTENT
    }

    /// Checks every component.
    ///
    /// @throws IllegalArgumentException when `maxStale` is negative, or more than zero without [Consistency#STALE]
    public CallOptions {
        if (maxStale.isNegative() || maxStale.isPositive() && consistency != Consistency.STALE) {
            throw new IllegalArgumentException("maxStale is " + maxStale + " with " + consistency
                    + ", but must be zero, or more than that with " + Consistency.STALE);
        }
    }

    /// {@return these options for another datacenter}
    /// @param newDatacenter empty for the server's own
    public CallOptions withDatacenter(String newDatacenter) {
        return new CallOptions(newDatacenter, token, consistency, maxStale, filter, watching);
    }

    /// {@return these options with another token}
    /// @param newToken empty for the anonymous one
    public CallOptions withToken(String newToken) {
        return new CallOptions(datacenter, newToken, consistency, maxStale, filter, watching);
    }

    /// {@return these options with another consistency, and stale answers of any age if that allows them}
    /// @param newConsistency which server may answer a read
    public CallOptions withConsistency(Consistency newConsistency) {
        return new CallOptions(datacenter, token, newConsistency, Duration.ZERO, filter, watching);
    }

    /// {@return these options with [Consistency#STALE], as long as the answer is not too old}
    /// @param newMaxStale zero for any age
    public CallOptions withMaxStale(Duration newMaxStale) {
        return new CallOptions(datacenter, token, Consistency.STALE, newMaxStale, filter, watching);
    }

    /// {@return these options with another filter}
    /// @param newFilter expression that results must meet; empty for all
    public CallOptions withFilter(String newFilter) {
        return new CallOptions(datacenter, token, consistency, maxStale, newFilter, watching);
    }

    /// {@return these options with other ones of watches}
    /// @param newWatching how watches ask
    public CallOptions withWatching(WatchOptions newWatching) {
        return new CallOptions(datacenter, token, consistency, maxStale, filter, newWatching);
    }

    QueryOptions query() {
        return QueryOptions.ZERO
                .withToken(token)
                .withAllowStale(consistency == Consistency.STALE)
                .withMaxStaleDuration(maxStale)
                .withFilter(filter)
                .withRequireConsistent(consistency == Consistency.CONSISTENT);
    }

    WriteRequest write() {
        return new WriteRequest(token);
    }

    /// Does not show the token.
    @Override
    public String toString() {
        return "CallOptions[datacenter=" + datacenter + ", token=" + (token.isEmpty() ? "none" : "hidden")
                + ", consistency=" + consistency + ", maxStale=" + maxStale + ", filter=" + filter + ", watching="
                + watching + "]";
    }
}
