package dev.proconsul.rpc.structs;

/// One method of the server: its name, what goes in, what comes out, and how it is treated on the way.
///
/// @param <Q>      request type
/// @param <R>      reply type
/// @param name     full name, as `KVS.Apply`
/// @param request  codec of the request
/// @param reply    codec of the reply
/// @param access   whether the request reads or writes
/// @param blocking true if the request can wait for a change
/// @param rate     which budget of the request limits it uses up
/// @param doc      what it does, in one line
public record Method<Q, R>(String name, Codec<Q> request, Codec<R> reply, Access access, boolean blocking,
        RateClass rate, String doc) {

    /// Whether a request reads or writes; decides which servers may answer it.
    public enum Access {
        /// Reads; with `AllowStale` any server may answer.
        READ,
        /// Writes; only the leader may answer.
        WRITE
    }

    /// Which budget of the request limits a call uses up. Source: Consul
    /// `agent/rpc/middleware/rate_limit_mappings.go`.
    public enum RateClass {
        /// The budget of reads.
        READ,
        /// The budget of writes.
        WRITE,
        /// None.
        EXEMPT
    }

    /// {@return the part of the name before the last dot}
    public String service() {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /// {@return the name}
    @Override
    public String toString() {
        return name;
    }
}
