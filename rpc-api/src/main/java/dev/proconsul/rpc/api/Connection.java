package dev.proconsul.rpc.api;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/// Bytes in, bytes out, and who is at the other end: a socket, a TLS session over one, or a stream of a multiplexer.
///
/// Threads: one thread reads and one writes at a time; they may be different. [#close], [#abort] and [#onAbort] may be
/// called from any thread. Whoever accepted or dialed a connection closes it; a [ConnectionHandler] does not.
public interface Connection extends Closeable {
    /// {@return what the peer sends; reads block, and end with -1 when the peer has finished writing}
    /// A byte that [#peek] looked at is still to be read here.
    InputStream input();

    /// {@return what the peer is to receive; may buffer nothing}
    OutputStream output();

    /// Waits for the next byte without taking it.
    ///
    /// @return the byte, 0 to 255, or -1 when the peer has finished writing
    /// @throws java.net.SocketTimeoutException when [#readTimeout] has passed
    /// @throws IOException when the connection has failed
    int peek() throws IOException;

    /// Tells the peer that nothing more will be written, and goes on reading (half-close).
    ///
    /// @throws IOException when the connection has failed
    void finishWriting() throws IOException;

    /// Limits how long one read may wait.
    ///
    /// @param timeout at least 1 ms, or [Duration#ZERO] for no limit
    /// @throws IOException when the connection has failed
    void readTimeout(Duration timeout) throws IOException;

    /// {@return the address of the peer; for a multiplexed stream that of its connection}
    SocketAddress peer();

    /// {@return what TLS has established about the peer; empty on clear text}
    Optional<TlsIdentity> tls();

    /// Runs an action once, on a thread of its own, when the connection ends before its time: reset by the peer,
    /// lost with the connection it rides on, or aborted here. An orderly half-close is no such end. An action that is
    /// registered too late runs at once.
    ///
    /// This is how a handler that waits for something else than this connection (a blocking query) is told to give up.
    ///
    /// @param action what to do; it must be short
    void onAbort(Runnable action);

    /// Looks out for the peer while this side is busy and reads nothing: from now until the next byte or the end of
    /// what the peer writes, a connection that the peer resets, or that is lost, is aborted at once (see [#onAbort]).
    /// Does nothing where that is so anyway, as for streams of a multiplexer.
    default void watchPeer() {}

    /// Takes the socket below out of this connection, for somebody who can do more with it than with two streams: he
    /// reads, writes and closes it from now on, and nothing is read or written here any more. Then [#abort] and
    /// [#close] leave the socket alone and only run the actions that were registered; so register one that ends what it
    /// has become.
    ///
    /// Possible where the bytes here are the socket's own, none of them has been [looked at][#peek] only, and nobody
    /// [watches][#watchPeer]. Call it while nobody reads or writes.
    ///
    /// @return the socket, in blocking mode; or empty if this connection has none to give, and goes on as before
    default Optional<SocketChannel> takeChannel() {
        return Optional.empty();
    }

    /// Ends the connection at once and wakes every thread that waits on it; what was not yet sent is lost.
    void abort();

    /// Ends the connection in an orderly way. Closing twice is harmless.
    ///
    /// @throws IOException when what was written could not be sent
    @Override
    void close() throws IOException;
}
