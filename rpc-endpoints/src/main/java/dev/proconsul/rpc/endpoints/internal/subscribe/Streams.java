package dev.proconsul.rpc.endpoints.internal.subscribe;

import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.events.EventPublisher;

/// What all services of streams share.
///
/// @param datacenter the server's own
/// @param publisher  has the events
/// @param tokens     finds out who calls
public record Streams(String datacenter, EventPublisher publisher, TokenResolver tokens) {}
