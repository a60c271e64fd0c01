package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/// Stands between a client and a server, and passes on what they say in pieces of its own choice.
final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Random random;
    private final int longestPiece;
    private final byte[] greeting;
    private final int swallowed;

    private Relay(InetSocketAddress server, long seed, int longestPiece, byte[] greeting, int swallowed)
            throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.server = server;
        this.random = new Random(seed);
        this.longestPiece = longestPiece;
        this.greeting = greeting;
        this.swallowed = swallowed;
        Thread.ofVirtual().start(this::accept);
    }

    /// In pieces of random length.
    static Relay cutting(InetSocketAddress server, long seed, int longestPiece) throws IOException {
        return new Relay(server, seed, longestPiece, new byte[0], 0);
    }

    /// Says something to the server before the client does.
    static Relay greeting(InetSocketAddress server, byte... greeting) throws IOException {
        return new Relay(server, 0, 1 << 16, greeting, 0);
    }

    /// Keeps the first bytes of the client to itself.
    static Relay swallowing(InetSocketAddress server, int bytes) throws IOException {
        return new Relay(server, 0, 1 << 16, new byte[0], bytes);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var upstream = new Socket(server.getAddress(), server.getPort());
                upstream.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                upstream.getOutputStream().write(greeting);
                client.getInputStream().readNBytes(swallowed);
                Thread.ofVirtual().start(() -> pump(client, upstream));
                Thread.ofVirtual().start(() -> pump(upstream, client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var bytes = new byte[1 << 16];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                for (int offset = 0; offset < count; ) {
                    int piece = Math.min(count - offset, 1 + next(longestPiece));
                    out.write(bytes, offset, piece);
                    offset += piece;
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            try {
                from.close();
                to.close();
            } catch (IOException f) {
                // gone already
            }
        }
    }

    private synchronized int next(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
