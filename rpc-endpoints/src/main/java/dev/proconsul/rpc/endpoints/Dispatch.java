package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RpcException;
import java.util.Optional;
import java.util.function.Supplier;

/// What comes before a method does its work: whether this server does it, or another one whose reply is passed on.
///
/// Threads: called by many threads at once, each on its own virtual thread, and may block. A call is cancelled by an
/// interrupt.
///
/// @param <Q> request
@FunctionalInterface
public interface Dispatch<Q> {
    /// Has a call answered by the server that it is for.
    ///
    /// @param request what the caller sent
    /// @param encoded the same as one msgpack value, as it came or as it would be sent; asked for when it is needed
    /// @return the encoded reply of another server; empty when the call is to be answered here
    /// @throws RpcException         what the caller is told instead of a reply
    /// @throws InterruptedException when the call was cancelled
    Optional<byte[]> elsewhere(Q request, Supplier<byte[]> encoded) throws RpcException, InterruptedException;

    /// {@return whether the bytes of the next request are likely to be needed, and are worth keeping while it is read}
    default boolean keepBytes() {
        return false;
    }

    /// {@return a dispatch that leaves every call here}
    /// @param <Q> request
    static <Q> Dispatch<Q> here() {
        return (_, _) -> Optional.empty();
    }
}
