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
            return channels(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
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
    };

    /// One end.
    record End(InputStream in, OutputStream out, Closeable transport) {}

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

    private static Ends channels(ServerSocketChannel listener) throws IOException {
        try (listener) {
            SocketAddress address = listener.getLocalAddress();
            SocketChannel client = SocketChannel.open(address);
            return new Ends(end(client), end(listener.accept()));
        }
    }

    private static End end(SocketChannel channel) {
        return new End(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }
}
