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
import java.nio.ByteBuffer;
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
            return new Once(new TcpTalk(channel));
        }
    },

    /// The same, but bulk goes through buffers outside the heap.
    TCP_DIRECT {
        @Override
        Dialed dial(InetSocketAddress address) {
            return () -> new DirectTalk(new TcpTalk(connect(address)));
        }

        @Override
        Accepted accept(SocketChannel channel) {
            return new Once(new DirectTalk(new TcpTalk(channel)));
        }
    };

    /// What a plain copy reads at a time: as much as the multiplexer does.
    private static final int TCP_READ_BYTES = 131_072;
    /// The defaults, but 100,000 idle streams must be let in, and for experiments windows may have another limit.
    private static final SessionConfig CONFIG = SessionConfig.DEFAULT
            .withMaxInboundStreams(200_000)
            .withMaxStreamWindow(Integer.parseInt(System.getProperty(
                    "bench.maxStreamWindow", Integer.toString(SessionConfig.DEFAULT.maxStreamWindow()))));

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

    /// Writes a block.
    @FunctionalInterface
    interface Sending {
        void send() throws IOException;
    }

    /// A connection that is one conversation.
    private static final class Once implements Accepted {
        private final Talk talk;
        private boolean taken;

        private Once(Talk talk) {
            this.talk = talk;
        }

        @Override
        public Talk next() throws IOException {
            if (taken) {
                throw new EOFException("a connection is one conversation");
            }
            taken = true;
            return talk;
        }
    }

    /// Bytes both ways.
    interface Talk extends AutoCloseable {
        InputStream input();

        OutputStream output();

        /// {@return what writes a block of as many bytes, whenever it is told to}
        default Sending sending(int bytes) {
            var block = new byte[bytes];
            return () -> output().write(block);
        }

        /// Reads to the end.
        /// @return how many bytes there were
        default long swallow() throws IOException {
            return swallow(new byte[Handler.BLOCK_BYTES]);
        }

        /// Likewise, with a buffer of the caller.
        default long swallow(byte[] buffer) throws IOException {
            long count = 0;
            for (int n = input().read(buffer); n >= 0; n = input().read(buffer)) {
                count += n;
            }
            return count;
        }

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
        public long swallow() throws IOException {
            return swallow(new byte[TCP_READ_BYTES]);
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

    /// Bulk with the calls that the multiplexer makes on its channel, and nothing else: not even the copy between the
    /// caller's array and the buffer.
    private record DirectTalk(TcpTalk tcp) implements Talk {
        @Override
        public InputStream input() {
            return tcp.input();
        }

        @Override
        public OutputStream output() {
            return tcp.output();
        }

        @Override
        public Sending sending(int bytes) {
            var block = ByteBuffer.allocateDirect(bytes);
            return () -> {
                block.clear();
                while (block.hasRemaining()) {
                    tcp.channel().write(block);
                }
            };
        }

        @Override
        public long swallow() throws IOException {
            var buffer = ByteBuffer.allocateDirect(TCP_READ_BYTES);
            long count = 0;
            for (int n = tcp.channel().read(buffer); n >= 0; n = tcp.channel().read(buffer.clear())) {
                count += n;
            }
            return count;
        }

        @Override
        public void finishWriting() throws IOException {
            tcp.finishWriting();
        }

        @Override
        public void close() throws IOException {
            tcp.close();
        }
    }
}
