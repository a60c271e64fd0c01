package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import java.time.Duration;

/// The time that a server is there, for calls that wait for other servers: they pause in it, and do not outlast it.
///
/// Threads: any.
public interface Stay extends AutoCloseable {
    /// {@return nanoseconds that grow, from any beginning}
    long nanoTime();

    /// {@return whether the server is leaving}
    boolean over();

    /// Pauses.
    /// @param time how long
    /// @return whether the time is over; false as soon as the server leaves
    /// @throws InterruptedException when the caller went away
    boolean pause(Duration time) throws InterruptedException;

    /// Something that takes long.
    /// @param <R> what comes out
    @FunctionalInterface
    interface LongWait<R> {
        /// {@return what came out}
        /// @throws RpcException         when nothing does
        /// @throws InterruptedException when the wait was ended from outside
        R run() throws RpcException, InterruptedException;
    }

    /// Waits for something on the caller's thread, and lets it be when the server leaves.
    /// @param wait what to wait for
    /// @param <R>  what comes out
    /// @return what came out
    /// @throws RpcException         `No cluster leader`, when the server leaves meanwhile
    /// @throws InterruptedException when the caller went away
    <R> R whileHere(LongWait<R> wait) throws RpcException, InterruptedException;

    /// The server leaves: nobody waits any more. Closing twice is harmless.
    @Override
    void close();
}
