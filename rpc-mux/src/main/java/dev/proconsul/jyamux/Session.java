package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.YamuxSession;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Many independent [streams][Stream] over one reliable, ordered connection.
///
/// Threads: every method may be called from any thread. The session runs virtual threads of its own: one that reads,
/// one that writes what callers leave to it, one that keeps time. Over a `SocketChannel` of the JDK a few threads of
/// the process read for all sessions, and callers write themselves what the socket takes without waiting. None of the
/// threads runs application code, except the methods of the [SessionObserver].
///
/// Lifetime: the session starts with its factory method and takes over the connection. It ends by [#close()],
/// [#drain(Duration)], [#abort()], by the peer, or by an error; the first reason wins and is what every waiting call
/// gets, as a [MuxException.SessionClosed]. The session closes the connection; nobody else should.
///
/// An interrupted call throws `InterruptedIOException` and leaves the thread's interrupt status set. Interrupting an
/// application thread never harms the session: it touches the connection only where an interrupt does not matter.
///
/// Source: yamux specification; hashicorp/yamux `session.go`.
public interface Session extends AutoCloseable {
    /// Starts the client side, which opens streams with odd numbers.
    ///
    /// @param in what the peer sends; only the session may read it from now on
    /// @param out what the peer gets; only the session may write it from now on
    /// @param transport closed once, at the end; closing it has to wake a thread that is blocked in `in` or `out`. Of a
    ///     `Socket` or `SocketChannel` the output is shut down first, and the peer has time to close: bytes that it sends
    ///     to a closed socket could cost it the last ones it was sent
    /// @param config limits and times
    /// @return the running session
    static Session client(InputStream in, OutputStream out, Closeable transport, SessionConfig config) {
        return YamuxSession.client(in, out, transport, config);
    }

    /// Starts the server side, which opens streams with even numbers.
    ///
    /// @param in what the peer sends; only the session may read it from now on
    /// @param out what the peer gets; only the session may write it from now on
    /// @param transport closed once, at the end; closing it has to wake a thread that is blocked in `in` or `out`. Of a
    ///     `Socket` or `SocketChannel` the output is shut down first, and the peer has time to close: bytes that it sends
    ///     to a closed socket could cost it the last ones it was sent
    /// @param config limits and times
    /// @return the running session
    static Session server(InputStream in, OutputStream out, Closeable transport, SessionConfig config) {
        return YamuxSession.server(in, out, transport, config);
    }

    /// Starts the client side on a connected channel, which costs a copy less of every byte than a pair of streams.
    ///
    /// @param channel connected, in blocking mode; closing it has to wake a thread that is blocked in it, as closing a
    ///     `SocketChannel` does; the session closes it. A `SocketChannel` of the JDK is put into non-blocking mode
    /// @param config limits and times
    /// @return the running session
    static Session client(ByteChannel channel, SessionConfig config) {
        return YamuxSession.client(channel, config);
    }

    /// Starts the server side on a connected channel, which costs a copy less of every byte than a pair of streams.
    ///
    /// @param channel connected, in blocking mode; closing it has to wake a thread that is blocked in it, as closing a
    ///     `SocketChannel` does; the session closes it. A `SocketChannel` of the JDK is put into non-blocking mode
    /// @param config limits and times
    /// @return the running session
    static Session server(ByteChannel channel, SessionConfig config) {
        return YamuxSession.server(channel, config);
    }

    /// Starts the client side on a connected socket, plain or TLS.
    ///
    /// @param socket connected; the session closes it. Frames are gathered before they are written, so Nagle's
    ///     algorithm only costs time: switch it off
    /// @param config limits and times
    /// @return the running session
    /// @throws IOException if the socket is not connected
    static Session client(Socket socket, SessionConfig config) throws IOException {
        SocketChannel channel = socket.getChannel();
        return channel == null
                ? client(socket.getInputStream(), socket.getOutputStream(), socket, config)
                : client(channel, config);
    }

    /// Starts the server side on a connected socket, plain or TLS.
    ///
    /// @param socket connected; the session closes it. Frames are gathered before they are written, so Nagle's
    ///     algorithm only costs time: switch it off
    /// @param config limits and times
    /// @return the running session
    /// @throws IOException if the socket is not connected
    static Session server(Socket socket, SessionConfig config) throws IOException {
        SocketChannel channel = socket.getChannel();
        return channel == null
                ? server(socket.getInputStream(), socket.getOutputStream(), socket, config)
                : server(channel, config);
    }

    /// Opens a stream. It can be written at once; the peer's acknowledgement is not awaited.
    ///
    /// Waits while [SessionConfig#acceptBacklog()] streams of this side are not yet acknowledged, or
    /// [SessionConfig#maxOutboundStreams()] of them are open. A stream that stays unacknowledged for
    /// [SessionConfig#openTimeout()] is reset; the session lives.
    ///
    /// @return the new stream, which the caller closes
    /// @throws MuxException.OpenRefused if the peer has said go away, or the stream numbers are used up
    /// @throws MuxException.SessionClosed if the session has ended
    /// @throws java.io.InterruptedIOException if interrupted; nothing was sent then
    /// @throws IOException one of the above
    Stream open() throws IOException;

    /// Opens a stream like [#open()], but waits for others, to be acknowledged or to end, no longer than a given time.
    ///
    /// @param patience the longest wait; zero to take what can be had at once
    /// @return the new stream, which the caller closes
    /// @throws java.net.SocketTimeoutException if the time is over, naming the limit that is reached; nothing was sent
    ///     then
    /// @throws MuxException.OpenRefused if the peer has said go away, or the stream numbers are used up
    /// @throws MuxException.SessionClosed if the session has ended
    /// @throws java.io.InterruptedIOException if interrupted; nothing was sent then
    /// @throws IOException one of the above
    Stream open(Duration patience) throws IOException;

    /// Waits for the next stream that the peer opens, and acknowledges it.
    ///
    /// Never returns null: the end of the session is an exception that says why.
    ///
    /// @return the stream, which the caller closes
    /// @throws MuxException.SessionClosed when the session has ended, for whatever reason
    /// @throws java.io.InterruptedIOException if interrupted; no stream is lost then
    /// @throws IOException one of the above
    Stream accept() throws IOException;

    /// Waits like [#accept()], but no longer than a given time. No stream is lost when it is over.
    ///
    /// @param patience the longest wait; zero to take what is there
    /// @return the stream, which the caller closes
    /// @throws java.net.SocketTimeoutException if the time is over
    /// @throws MuxException.SessionClosed when the session has ended, for whatever reason
    /// @throws java.io.InterruptedIOException if interrupted; no stream is lost then
    /// @throws IOException one of the above
    Stream accept(Duration patience) throws IOException;

    /// Asks the peer for a sign of life.
    ///
    /// @return the time between question and answer
    /// @throws java.net.SocketTimeoutException if no answer came within [SessionConfig#keepAliveTimeout()]
    /// @throws MuxException.SessionClosed if the session has ended
    /// @throws java.io.InterruptedIOException if interrupted
    /// @throws IOException one of the above
    Duration ping() throws IOException;

    /// Tells the peer to open no more streams. Streams that it opens all the same are reset; open ones go on, and this
    /// side may still open streams. Calling it again does nothing.
    void goAway();

    /// Goes away, waits until all streams have finished, and closes.
    ///
    /// @param patience the longest wait; streams left then are lost
    /// @return whether all streams had finished
    /// @throws java.io.InterruptedIOException if interrupted; the session is closed then, without more patience
    /// @throws IOException one of the above
    boolean drain(Duration patience) throws IOException;

    /// Ends the session in order: says go away, lets queued bytes out, and over a socket waits for the peer to close,
    /// all for at most [SessionConfig#lingerTimeout()]; closes the connection and waits, for a bounded time, until the
    /// session's threads have ended.
    ///
    /// Streams that are still open end with [MuxException.SessionClosed]. Closing twice is harmless.
    @Override
    void close();

    /// Ends the session at once: what is queued is lost, the connection is closed. Does not wait.
    void abort();

    /// {@return whether the session has not ended}
    boolean isOpen();

    /// {@return the number of streams that are open or half closed, of both sides; zero after the end}
    int openStreams();

    /// {@return what has happened so far}
    SessionStatistics statistics();
}
