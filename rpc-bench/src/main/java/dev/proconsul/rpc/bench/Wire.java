package dev.proconsul.rpc.bench;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// What carries bytes: our multiplexer, or TCP and nothing else. Public APIs, blocking calls on virtual threads.
enum Wire {
    /// Many streams over each connection.
    YAMUX {
        @Override
        Dialed dial(InetSocketAddress address) throws IOException {
            var session = Session.client(connect(address), CONFIG);
            return () -> new YamuxTalk(session.open());
        }

        @Override
        Accepted accept(SocketChannel channel) {
            var session = Session.server(channel, CONFIG);
            return () -> new YamuxTalk(session.accept());
        }
    },

    /// The connection itself; dialled anew when one more is opened.
    TCP {
        @Override
        Dialed dial(InetSocketAddress address) {
            return () -> new TcpTalk(connect(address));
        }

        @Override
        Accepted accept(SocketChannel channel) {
            var only = new TcpTalk(channel);
            return new Accepted() {
                private boolean taken;

                @Override
                public Talk next() throws IOException {
                    if (taken) {
                        throw new EOFException("a connection is one conversation");
                    }
                    taken = true;
                    return only;
                }
            };
        }
    };

    /// The defaults, but 100,000 idle streams must be let in.
    private static final SessionConfig CONFIG = SessionConfig.DEFAULT.withMaxInboundStreams(200_000);

    /// Connects.
    abstract Dialed dial(InetSocketAddress address) throws IOException;

    /// Serves a connection.
    abstract Accepted accept(SocketChannel channel);

    private static SocketChannel connect(InetSocketAddress address) throws IOException {
        var channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /// The caller's end of a connection.
    interface Dialed {
        /// {@return a new conversation}
        Talk open() throws IOException;
    }

    /// The server's end of a connection.
    interface Accepted {
        /// {@return the next conversation; waits for it}
        Talk next() throws IOException;
    }

    /// Bytes both ways.
    interface Talk extends AutoCloseable {
        InputStream input();

        OutputStream output();

        /// Ends the bytes of this side.
        void finishWriting() throws IOException;

        @Override
        void close() throws IOException;
    }

    private record YamuxTalk(Stream stream) implements Talk {
        @Override
        public InputStream input() {
            return stream.input();
        }

        @Override
        public OutputStream output() {
            return stream.output();
        }

        @Override
        public void finishWriting() {
            stream.finishWriting();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private record TcpTalk(SocketChannel channel, InputStream input, OutputStream output) implements Talk {
        TcpTalk(SocketChannel channel) {
            this(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        }

        @Override
        public void finishWriting() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
