package dev.proconsul.rpc.server.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A relay that reads in passing how each connection begins, and finds by that where it leads. Seen from a dialer it is
/// what a mesh gateway is: it has no certificate and ends no TLS.
final class TlsTap implements AutoCloseable {
    private static final int HANDSHAKE = 22;
    private static final int RECORD_HEADER = 5;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;

    final BlockingQueue<Opening> seen = new LinkedBlockingQueue<>();
    final AtomicInteger open = new AtomicInteger();
    private final ServerSocket listener;
    private final Function<Opening, InetSocketAddress> target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// How a connection begins.
    ///
    /// @param firstByte  a type byte, or 22 for TLS from the first byte
    /// @param serverName asked for in the handshake (SNI); empty for none, or without TLS
    /// @param alpn       names offered in the handshake
    record Opening(int firstByte, String serverName, List<String> alpn) {}

    TlsTap(Function<Opening, InetSocketAddress> target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("tap").start(this::accept);
    }

    static TlsTap before(InetSocketAddress server) throws IOException {
        return new TlsTap(_ -> server);
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", listener.getLocalPort());
    }

    String addressText() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    Opening next() throws InterruptedException {
        var next = seen.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nobody has connected");
        }
        return next;
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().name("tap").start(() -> relay(client));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void relay(Socket client) {
        open.incrementAndGet();
        try (client) {
            var read = new ByteArrayOutputStream();
            var opening = opening(client.getInputStream(), read);
            seen.add(opening);
            try (var server = new Socket()) {
                sockets.add(server);
                server.connect(target.apply(opening));
                server.getOutputStream().write(read.toByteArray());
                var back = Thread.ofVirtual().name("tap").start(() -> copy(server, client));
                copy(client, server);
                back.join();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // one of them has left, or the way leads nowhere
        } finally {
            open.decrementAndGet();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // the other direction finds out
        }
    }

    private static Opening opening(InputStream in, ByteArrayOutputStream read) throws IOException {
        int first = new DataInputStream(in).readUnsignedByte();
        read.write(first);
        return switch (first) {
            case 3, 7 -> hello(first, ByteBuffer.wrap(record(in, read, RECORD_HEADER, 3)));
            case HANDSHAKE -> hello(first, ByteBuffer.wrap(record(in, read, RECORD_HEADER - 1, 2)));
            default -> new Opening(first, "", List.of());
        };
    }

    /// {@return the body of a TLS record, of whose header this much has not been read yet}
    private static byte[] record(InputStream in, ByteArrayOutputStream read, int header, int lengthAt)
            throws IOException {
        var rest = in.readNBytes(header);
        var body = in.readNBytes(ByteBuffer.wrap(rest).getShort(lengthAt) & 0xffff);
        read.write(rest);
        read.write(body);
        return body;
    }

    /// Reads a ClientHello (RFC 8446, 4.1.2).
    private static Opening hello(int first, ByteBuffer hello) {
        hello.position(4 + 2 + 32); // kind and length, version, random
        skip(hello, hello.get() & 0xff); // session
        skip(hello, hello.getShort() & 0xffff); // cipher suites
        skip(hello, hello.get() & 0xff); // compression
        hello.getShort();
        var name = "";
        var alpn = new ArrayList<String>();
        while (hello.hasRemaining()) {
            int kind = hello.getShort();
            var body = hello.slice(hello.position() + 2, hello.getShort() & 0xffff);
            skip(hello, body.remaining());
            if (kind == SERVER_NAME) {
                body.position(3); // length of the list, kind of the name
                name = text(body, body.getShort() & 0xffff);
            } else if (kind == ALPN) {
                body.getShort();
                while (body.hasRemaining()) {
                    alpn.add(text(body, body.get() & 0xff));
                }
            }
        }
        return new Opening(first, name, List.copyOf(alpn));
    }

    private static void skip(ByteBuffer buffer, int count) {
        buffer.position(buffer.position() + count);
    }

    private static String text(ByteBuffer buffer, int length) {
        var bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
