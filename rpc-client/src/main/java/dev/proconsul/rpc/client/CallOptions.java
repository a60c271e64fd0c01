package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.WriteRequest;

/// What the calls of a facade have in common. Immutable.
///
/// @param datacenter  where to ask; empty for the server's own
/// @param token       ACL secret; empty for the anonymous one
/// @param consistency which server may answer a read
public record CallOptions(String datacenter, String token, Consistency consistency) {
    /// The server's own datacenter, no token, the leader answers.
    public static final CallOptions DEFAULT = new CallOptions("", "", Consistency.LEADER);

    /// Which server may answer a read, and how sure it must be.
    public enum Consistency {
        /// The leader, from what it holds.
        LEADER,
        /// Any server, from what it holds, which may be old.
        STALE,
        /// The leader, after it has asked a quorum whether it still is.
        CONSISTENT
    }

    /// {@return these options for another datacenter}
    /// @param newDatacenter empty for the server's own
    public CallOptions withDatacenter(String newDatacenter) {
        return new CallOptions(newDatacenter, token, consistency);
    }

    /// {@return these options with another token}
    /// @param newToken empty for the anonymous one
    public CallOptions withToken(String newToken) {
        return new CallOptions(datacenter, newToken, consistency);
    }

    /// {@return these options with another consistency}
    /// @param newConsistency which server may answer a read
    public CallOptions withConsistency(Consistency newConsistency) {
        return new CallOptions(datacenter, token, newConsistency);
    }

    QueryOptions query() {
        return QueryOptions.ZERO
                .withToken(token)
                .withAllowStale(consistency == Consistency.STALE)
                .withRequireConsistent(consistency == Consistency.CONSISTENT);
    }

    WriteRequest write() {
        return new WriteRequest(token);
    }

    /// Does not show the token.
    @Override
    public String toString() {
        return "CallOptions[datacenter=" + datacenter + ", token=" + (token.isEmpty() ? "none" : "hidden")
                + ", consistency=" + consistency + "]";
    }
}
