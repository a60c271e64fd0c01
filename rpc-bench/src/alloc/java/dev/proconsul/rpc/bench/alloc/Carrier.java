package dev.proconsul.rpc.bench.alloc;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;

/// What carries the messages of [EchoBenchmark].
public enum Carrier {
    /// Streams of one session over two pipes in memory: what the multiplexer itself allocates.
    YAMUX_PIPE {
        @Override
        Lines connect(int lines, int messageBytes) throws IOException {
            var there = new MemoryPipe();
            var back = new MemoryPipe();
            return streams(
                    Session.client(back.input(), there.output(), () -> close(there, back), SessionConfig.DEFAULT),
                    Session.server(there.input(), back.output(), () -> close(there, back), SessionConfig.DEFAULT),
                    lines, messageBytes);
        }
    },

    /// Streams of one session over a connection of the loopback interface.
    YAMUX_SOCKET {
        @Override
        Lines connect(int lines, int messageBytes) throws IOException {
            var pair = SocketPair.connect();
            return streams(Session.client(pair.caller(), SessionConfig.DEFAULT),
                    Session.server(pair.server(), SessionConfig.DEFAULT), lines, messageBytes);
        }
    },

    /// A connection of the loopback interface for each line and no multiplexer: what the JDK's sockets allocate.
    TCP {
        @Override
        Lines connect(int lines, int messageBytes) throws IOException {
            var inputs = new InputStream[lines];
            var outputs = new OutputStream[lines];
            var channels = new ArrayList<SocketChannel>();
            for (int i = 0; i < lines; i++) {
                var pair = SocketPair.connect();
                channels.add(pair.caller());
                inputs[i] = Channels.newInputStream(pair.caller());
                outputs[i] = Channels.newOutputStream(pair.caller());
                echo(Channels.newInputStream(pair.server()), Channels.newOutputStream(pair.server()), messageBytes);
            }
            return new Lines(inputs, outputs, () -> channels.forEach(Carrier::closeQuietly));
        }
    },

    /// Neither multiplexer nor connection: what the JDK allocates when two threads wait for each other.
    PARK {
        @Override
        Lines connect(int lines, int messageBytes) {
            var inputs = new InputStream[lines];
            var outputs = new OutputStream[lines];
            var echoing = new ArrayList<Thread>();
            for (int i = 0; i < lines; i++) {
                var there = new Handoff(messageBytes);
                var back = new Handoff(messageBytes);
                inputs[i] = back.input();
                outputs[i] = there.output();
                echoing.add(echo(there.input(), back.output(), messageBytes));
            }
            return new Lines(inputs, outputs, () -> echoing.forEach(Thread::interrupt));
        }
    };

    /// Connects as many lines.
    abstract Lines connect(int lines, int messageBytes) throws IOException;

    private static Lines streams(Session client, Session server, int lines, int messageBytes) throws IOException {
        var inputs = new InputStream[lines];
        var outputs = new OutputStream[lines];
        for (int i = 0; i < lines; i++) {
            Stream calling = client.open();
            inputs[i] = calling.input();
            outputs[i] = calling.output();
            Stream answering = server.accept();
            echo(answering.input(), answering.output(), messageBytes);
        }
        return new Lines(inputs, outputs, () -> {
            client.abort();
            server.abort();
        });
    }

    private static Thread echo(InputStream in, OutputStream out, int messageBytes) {
        return Thread.startVirtualThread(() -> {
            var message = new byte[messageBytes];
            try {
                while (in.readNBytes(message, 0, messageBytes) == messageBytes) {
                    out.write(message);
                }
            } catch (IOException e) {
                // The end of the benchmark.
            }
        });
    }

    private static void close(MemoryPipe there, MemoryPipe back) {
        there.close();
        back.close();
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }

    private record SocketPair(SocketChannel caller, SocketChannel server) {
        static SocketPair connect() throws IOException {
            try (var listener = ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                var caller = SocketChannel.open(listener.getLocalAddress());
                var server = listener.accept();
                caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
                server.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return new SocketPair(caller, server);
            }
        }
    }
}
