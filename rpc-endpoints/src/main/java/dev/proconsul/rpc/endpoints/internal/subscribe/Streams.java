package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.events.EventPublisher;
import java.util.concurrent.atomic.AtomicInteger;

/// What all services of streams share.
///
/// @param publisher has the events
/// @param tokens    finds out who calls
/// @param open      how many calls have begun and not ended, in the eyes of gRPC
/// @param lanes     where calls wait for their turn to send
public record Streams(EventPublisher publisher, TokenResolver tokens, AtomicInteger open, Lanes lanes) {
    /// Puts it together; no call is open.
    /// @param publisher has the events
    /// @param tokens    finds out who calls
    public Streams(EventPublisher publisher, TokenResolver tokens) {
        this(publisher, tokens, new AtomicInteger(), new Lanes());
    }
}
