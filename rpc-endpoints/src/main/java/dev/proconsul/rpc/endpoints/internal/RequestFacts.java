package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.structs.ReadRequest;
import dev.proconsul.rpc.structs.WritingRequest;

/// What is decided by, before a method sees its request.
///
/// @param datacenter where the request is for; empty for here
/// @param token      secret of the caller; empty for anonymous
record RequestFacts(String datacenter, String token) {
    private static final RequestFacts NONE = new RequestFacts("", "");

    static RequestFacts of(Object request) {
        return switch (request) {
            case ReadRequest read -> new RequestFacts(read.datacenter(), read.queryOptions().token());
            case WritingRequest write -> new RequestFacts(write.datacenter(), write.writeRequest().token());
            default -> NONE;
        };
    }
}
