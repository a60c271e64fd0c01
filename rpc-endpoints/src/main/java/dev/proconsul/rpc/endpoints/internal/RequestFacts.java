package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.structs.QueryOptions;
import dev.proconsul.rpc.structs.ReadRequest;
import dev.proconsul.rpc.structs.WriteRequest;
import dev.proconsul.rpc.structs.WritingRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is decided by, before a method sees its request.
///
/// Source: Consul `agent/structs/structs.go`, `RPCInfo`.
///
/// @param datacenter where the request is for; empty for here
/// @param token      secret of the caller; empty for anonymous
/// @param query      how to read; null for a request that does not read
record RequestFacts(String datacenter, String token, @Nullable QueryOptions query) {
    private static final RequestFacts NONE = new RequestFacts("", "", null);
    private static final int JITTER_FRACTION = 16;

    static RequestFacts of(Object request) {
        return switch (request) {
            case ReadRequest read -> new RequestFacts(read.datacenter(), read.queryOptions().token(),
                    read.queryOptions());
            case WritingRequest write -> new RequestFacts(write.datacenter(), write.writeRequest().token(), null);
            default -> NONE;
        };
    }

    /// {@return the same request of an anonymous caller}
    static Object withoutToken(Object request) {
        return switch (request) {
            case ReadRequest read -> read.withQueryOptions(read.queryOptions().withToken(""));
            case WritingRequest write -> write.withWriteRequest(new WriteRequest(""));
            default -> request;
        };
    }

    boolean isRead() {
        return query != null;
    }

    boolean allowsStale() {
        return query != null && query.allowStale();
    }

    boolean blocks() {
        return query != null && query.minQueryIndex() != 0;
    }

    /// How long its query may block, with the jitter that is added to that; zero if it does not.
    Duration blockingTime(QueryTimes times) {
        if (query == null || !blocks()) {
            return Duration.ZERO;
        }
        var wait = times.waitFor(query.maxQueryTime());
        return wait.plus(wait.dividedBy(JITTER_FRACTION));
    }
}
