package dev.proconsul.jyamux;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// One of the streams of a [Session]: bytes in order in both directions, each direction ended on its own.
///
/// Threads: any. One thread may read while another writes; two threads that write take turns by whole writes.
///
/// Lifetime: whoever opened or accepted the stream closes it. A stream that was not closed stays in its session until
/// both sides have finished, or one has reset it. With [SessionConfig#resetForgotten()] it is reset once nobody holds
/// it any more. Its input, output, channel and socket hold it; [#inputEnd()] and [#outputEnd()] do not. What depends on
/// those two, or is to be done [on abort][#onAbort(Runnable)], and refers to the stream keeps it from being found.
///
/// Endings: after the peer finished, its bytes are read to the end and then the input is at its end. A reset (by
/// either side) throws [MuxException.StreamReset] at once, and what was unread is lost. The end of the session throws
/// [MuxException.SessionClosed], after everything that had arrived was read. Neither ever looks like an end of input.
///
/// Source: yamux specification; hashicorp/yamux `stream.go`.
public interface Stream extends Closeable {
    /// {@return the stream's number, an unsigned 32 bit value; odd if the client side opened it}
    int id();

    /// {@return what the peer writes; always the same object; closing it is [#stopReading()]}
    InputStream input();

    /// {@return what the peer reads; always the same object; closing it is [#finishWriting()]}
    ///
    /// Bytes are handed over before `write` returns, so the array may be used again. A write waits for the peer's
    /// window and for room in the session's output buffer. There is nothing to flush.
    OutputStream output();

    /// {@return the stream as a channel in blocking mode; closing it is [#close()]}
    ///
    /// A read or write that waits while another thread closes the channel throws `AsynchronousCloseException`.
    ByteChannel channel();

    /// {@return the stream as a connected socket, for code that takes nothing else, such as `SSLSocketFactory`;
    /// closing it is [#close()]}
    ///
    /// It has no addresses, and TCP options do nothing.
    ///
    /// @throws IOException never, but the JDK's socket constructor declares it
    Socket socket() throws IOException;

    /// Ends this side's bytes: one FIN, alone in its frame, after everything written so far. Reading goes on.
    /// A write that is waiting in another thread fails. Calling it again does nothing.
    void finishWriting();

    /// Takes no more input: what has arrived and what will arrive is dropped, and the peer gets its window back, so
    /// that its writer does not hang. When it goes on for more than [SessionConfig#deadStreamBytes()] the stream is
    /// reset. Waiting and later reads fail.
    void stopReading();

    /// Breaks the stream off in both directions. The peer sees a reset. Does nothing to a stream that has ended.
    void reset();

    /// Breaks the stream off in both directions, and says why. Does nothing to a stream that has ended.
    ///
    /// @param code what the peer finds in [MuxException.StreamReset#code()], 0 to 2^32-1; hashicorp's implementation
    ///     ignores it
    /// @throws IllegalArgumentException if the code is out of range
    void reset(long code);

    /// {@return completed when the peer has finished writing, whether its bytes have been read or not; or failed with
    /// the [MuxException] that broke the stream off first}
    ///
    /// Dependents run on a thread of their own.
    CompletionStage<Void> inputEnd();

    /// {@return completed when this side has finished writing; or failed with the [MuxException] that broke the stream
    /// off first}
    ///
    /// Dependents run on a thread of their own.
    CompletionStage<Void> outputEnd();

    /// Limits how long a read waits; takes effect on a read that is waiting.
    ///
    /// @param timeout the longest wait, after which `SocketTimeoutException` is thrown and the stream goes on; zero
    ///     for no limit
    void readTimeout(Duration timeout);

    /// Limits how long one write waits in all; takes effect on a write that is waiting.
    ///
    /// @param timeout the longest wait, after which `SocketTimeoutException` is thrown; when part of the bytes was
    ///     taken the stream is reset, because the peer would see a torn message; zero for no limit
    void writeTimeout(Duration timeout);

    /// Waits for the next byte of the input and leaves it there.
    ///
    /// @return the byte, 0 to 255, or -1 at the end of the input
    /// @throws IOException as a read does
    int peek() throws IOException;

    /// Registers what to do when the stream is broken off before it has finished: the peer or a limit resets it, or
    /// its session ends. Not run for an orderly FIN, for this side's own [#reset()], nor after [#close()].
    ///
    /// @param action run once, on a fresh virtual thread; at once if the stream has been broken off already
    void onAbort(Runnable action);

    /// Finishes writing and drops further input. The stream stays known until the peer finishes too, and is reset if
    /// that takes longer than [SessionConfig#closeTimeout()]. Closing twice is harmless. Does not wait.
    @Override
    void close();
}
