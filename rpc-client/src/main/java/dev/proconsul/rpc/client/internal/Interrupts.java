package dev.proconsul.rpc.client.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;

/// Streams and sockets report an interrupt as an [IOException] and leave the thread's mark; callers of this module get
/// an [InterruptedException] and no mark.
public final class Interrupts {
    private Interrupts() {}

    /// {@return whether a failure comes from an interrupt of this thread}
    public static boolean caused(IOException e) {
        return Thread.currentThread().isInterrupted()
                || e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
    }

    /// Takes the mark off this thread.
    public static InterruptedException of(IOException e) {
        Thread.interrupted();
        var interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }
}
