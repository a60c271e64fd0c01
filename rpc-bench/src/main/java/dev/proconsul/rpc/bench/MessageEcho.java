package dev.proconsul.rpc.bench;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Sends every message of [Operations#MESSAGE_BYTES] back on its stream: yamux and nothing else.
final class MessageEcho implements Closeable {
    private final ServerSocketChannel listener;

    private MessageEcho(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static MessageEcho start() throws IOException {
        var echo = new MessageEcho(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Thread.startVirtualThread(echo::acceptConnections);
        return echo;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    private void acceptConnections() {
        try {
            while (true) {
                var channel = listener.accept();
                Thread.startVirtualThread(() -> acceptStreams(channel));
            }
        } catch (IOException e) {
            // The listener was closed.
        }
    }

    private static void acceptStreams(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            try (var session = Session.server(channel, SessionConfig.DEFAULT)) {
                while (true) {
                    var stream = session.accept();
                    Thread.startVirtualThread(() -> echo(stream));
                }
            }
        } catch (IOException e) {
            // The peer has left.
        }
    }

    private static void echo(Stream stream) {
        var message = new byte[Operations.MESSAGE_BYTES];
        try (stream) {
            while (stream.input().readNBytes(message, 0, message.length) == message.length) {
                stream.output().write(message);
            }
        } catch (IOException e) {
            // The stream ended with its session.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
