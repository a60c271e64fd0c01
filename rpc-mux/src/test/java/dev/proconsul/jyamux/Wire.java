package dev.proconsul.jyamux;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connections to run sessions over: each gives the client's end and the server's end.
enum Wire {
    /// Two pipes in memory that hold 1 KiB each.
    MEMORY_1_KIB {
        @Override
        Ends connect() {
            return memory(1_024);
        }
    },
    /// Loopback TCP.
    TCP {
        @Override
        Ends connect() throws IOException {
            return tcp().map(Wire::end);
        }
    },
    /// TLS over loopback TCP, by the JDK's sockets.
    TLS {
        @Override
        Ends connect() throws IOException {
            try (ServerSocketChannel listener =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                Socket client = new Socket();
                client.connect(listener.getLocalAddress());
                return Certificates.secure(client, listener.accept().socket());
            }
        }
    },
    /// A Unix-domain socket.
    UNIX {
        @Override
        Ends connect() throws IOException {
            return unix().map(Wire::end);
        }
    },
    /// Loopback TCP, by channels in non-blocking mode.
    POLLED_TCP {
        @Override
        Ends connect() throws IOException {
            return tcp().map(Wire::polled);
        }
    },
    /// A Unix-domain socket, likewise.
    POLLED_UNIX {
        @Override
        Ends connect() throws IOException {
            return unix().map(Wire::polled);
        }
    };

    /// One end.
    ///
    /// @param channel what the session gets in place of streams, or null
    record End(InputStream in, OutputStream out, Closeable transport, @Nullable SocketChannel channel) {
        End(InputStream in, OutputStream out, Closeable transport) {
            this(in, out, transport, null);
        }
    }

    /// Both ends.
    record Ends(End client, End server) {}

    abstract Ends connect() throws Exception;

    static Ends memory(int capacity) {
        MemoryPipe up = new MemoryPipe(capacity);
        MemoryPipe down = new MemoryPipe(capacity);
        return new Ends(
                new End(down.input, up.output, () -> {
                    up.end();
                    down.close();
                }),
                new End(up.input, down.output, () -> {
                    down.end();
                    up.close();
                }));
    }

    /// Connected to each other.
    record Connected(SocketChannel client, SocketChannel server) {
        Ends map(Function<SocketChannel, End> end) {
            return new Ends(end.apply(client), end.apply(server));
        }
    }

    static Connected tcp() throws IOException {
        return channels(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private static Connected unix() throws IOException {
        Path directory = Files.createTempDirectory("jyamux");
        Path path = directory.resolve("s");
        try {
            return channels(ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(path)));
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }

    private static Connected channels(ServerSocketChannel listener) throws IOException {
        try (listener) {
            SocketAddress address = listener.getLocalAddress();
            SocketChannel client = SocketChannel.open(address);
            return new Connected(client, listener.accept());
        }
    }

    private static End polled(SocketChannel channel) {
        return new End(InputStream.nullInputStream(), OutputStream.nullOutputStream(), channel, channel);
    }

    private static End end(SocketChannel channel) {
        return new End(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }
}
