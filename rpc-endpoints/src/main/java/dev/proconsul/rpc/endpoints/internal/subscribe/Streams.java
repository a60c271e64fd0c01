package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.events.EventPublisher;
import java.util.concurrent.atomic.AtomicInteger;

/// What all services of streams share. Knows no gRPC.
///
/// @param publisher has the events
/// @param tokens    finds out who calls
/// @param open      how many calls have begun and not ended, in the eyes of gRPC
public record Streams(EventPublisher publisher, TokenResolver tokens, AtomicInteger open) {
    /// Puts it together; no call is open.
        /// @param publisher has the events
    /// @param tokens    finds out who calls
    public Streams(EventPublisher publisher, TokenResolver tokens) {
        this(publisher, tokens, new AtomicInteger());
    }
}
