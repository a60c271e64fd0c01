package dev.proconsul.rpc.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The server process of the scenarios below RPC: a port for each kind of conversation, in the order of [MuxClient].
/// It says what memory it uses when asked, and lives until its standard input ends.
final class MuxServer {
    private static final int IDLE_WORKERS = 64;

    private final Wire wire;
    private final Queue<Wire.Talk> idle = new ConcurrentLinkedQueue<>();

    private MuxServer(Wire wire) {
        this.wire = wire;
    }

    static void main(String[] arguments) throws IOException {
        var server = new MuxServer(Wire.valueOf(arguments[0]));
        System.out.println(String.join(" ", "listening",
                server.listen(channel -> server.serve(channel, Handler::echo)),
                server.listen(channel -> server.serve(channel, Handler::echoOnce)),
                server.listen(channel -> server.serve(channel, Handler::swallow)),
                server.listen(server::keep),
                server.listen(channel -> server.serve(channel, Handler::either))));
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (lines.readLine() != null) {
            System.out.println(Memory.used().line());
        }
        System.exit(0);
    }

    @FunctionalInterface
    private interface Connections {
        void serve(SocketChannel channel) throws IOException;
    }

    private String listen(Connections connections) throws IOException {
        var listener = ServerSocketChannel.open().bind(Addresses.anyPort(), 1_024);
        Thread.startVirtualThread(() -> accept(listener, connections));
        return Addresses.text((InetSocketAddress) listener.getLocalAddress());
    }

    private static void accept(ServerSocketChannel listener, Connections connections) {
        try {
            while (true) {
                var channel = listener.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.startVirtualThread(() -> quietly(() -> connections.serve(channel)));
            }
        } catch (IOException e) {
            System.err.println("cannot accept: " + e);
            System.exit(1);
        }
    }

    private void serve(SocketChannel channel, Handler handler) throws IOException {
        var accepted = wire.accept(channel);
        while (true) {
            var talk = accepted.next();
            Thread.startVirtualThread(() -> quietly(() -> handler.handle(talk)));
        }
    }

    /// Sends one message back on each, and lets it be. Nobody waits in these: what is measured is the multiplexer's
    /// memory, not that of threads.
    private void keep(SocketChannel channel) {
        var accepted = wire.accept(channel);
        for (int i = 0; i < IDLE_WORKERS; i++) {
            Thread.startVirtualThread(() -> quietly(() -> {
                var message = new byte[Handler.MESSAGE_BYTES];
                while (true) {
                    var talk = accepted.next();
                    idle.add(talk);
                    talk.input().readNBytes(message, 0, message.length);
                    talk.output().write(message);
                }
            }));
        }
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private static void quietly(Task task) {
        try {
            task.run();
        } catch (IOException e) {
            // The peer has left. If that was too early, its own numbers say so.
        }
    }
}
