package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.structs.Method;

/// A method and what answers it.
///
/// @param method  name and types
/// @param handler answers its calls
/// @param <Q>     request
/// @param <R>     reply
public record Endpoint<Q, R>(Method<Q, R> method, MethodHandler<Q, R> handler) {}
