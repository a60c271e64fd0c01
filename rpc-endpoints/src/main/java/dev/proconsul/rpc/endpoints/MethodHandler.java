package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.api.RpcException;

/// Answers calls of one method.
///
/// Threads: called by many threads at once, each on its own virtual thread, and may block. A call is cancelled by an
/// interrupt; the handler then leaves nothing behind and throws [InterruptedException].
///
/// @param <Q> request
/// @param <R> reply
@FunctionalInterface
public interface MethodHandler<Q, R> {
    /// Answers a call.
    ///
    /// @param request what the caller sent
    /// @param context who calls
    /// @return the reply
    /// @throws RpcException         what the caller is told instead of a reply
    /// @throws InterruptedException when the call was cancelled
    R handle(Q request, CallContext context) throws RpcException, InterruptedException;
}
