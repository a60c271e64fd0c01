package dev.proconsul.rpc.client;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A server whose answers the test writes: real sockets, type bytes 0 and 4, one virtual thread for each conversation.
final class FakeServer implements AutoCloseable {
    final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> aborted = new LinkedBlockingQueue<>();
    final AtomicInteger talking = new AtomicInteger();
    final List<Session> sessions = new CopyOnWriteArrayList<>();
    final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;
    private final Thread accepting;
    private volatile Script script;

    /// A request, and where it came.
    record Seen(int connection, int stream, long seq, String method) {}

    /// Answers one request.
    interface Script {
        void answer(Line line, Seen seen) throws Exception;
    }

    FakeServer(Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accepting = Thread.startVirtualThread(this::accept);
    }

    void script(Script newScript) {
        script = newScript;
    }

    ClientConfig config() {
        return ClientConfig.of("127.0.0.1:" + listener.getLocalPort());
    }

    String address() {
        return config().address();
    }

    Seen next() throws InterruptedException {
        var next = seen.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request came");
        }
        return next;
    }

    private void accept() {
        try {
            while (true) {
                var socket = listener.accept();
                sockets.add(socket);
                int number = sockets.size();
                Thread.startVirtualThread(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void serve(Socket socket, int number) {
        try {
            if (socket.getInputStream().read() == 4) {
                var session = Session.server(
                        socket.getInputStream(), socket.getOutputStream(), socket, SessionConfig.DEFAULT);
                sessions.add(session);
                while (true) {
                    var stream = session.accept();
                    stream.onAbort(() -> aborted.add(stream.id()));
                    Thread.startVirtualThread(() -> talk(new Line(stream), number));
                }
            }
            talk(new Line(socket), number);
        } catch (IOException e) {
            // the client has left
        }
    }

    private void talk(Line line, int number) {
        talking.incrementAndGet();
        try (line) {
            while (!line.reader.atEnd()) {
                var header = RequestHeader.CODEC.decode(line.reader);
                line.request = Methods.named(header.serviceMethod()).orElseThrow().request().decode(line.reader);
                var request = new Seen(number, line.id, header.seq(), header.serviceMethod());
                seen.add(request);
                script.answer(line, request);
            }
        } catch (Exception e) {
            // the client has left, or the script ends the conversation
        } finally {
            talking.decrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            accepting.join(); // the port is free only when nobody waits on it any more
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
        sessions.forEach(Session::abort);
        for (var socket : sockets) {
            socket.close();
        }
    }

    /// One conversation, seen from the server.
    static final class Line implements Closeable {
        final int id;
        final MsgpackReader reader;
        final OutputStream out;
        Object request = ""; // the last one
        private final Closeable end;
        private final Runnable reset;

        Line(Stream stream) {
            this(stream.id(), stream.input(), stream.output(), stream, stream::reset);
        }

        Line(Socket socket) throws IOException {
            this(0, socket.getInputStream(), socket.getOutputStream(), socket, () -> {});
        }

        private Line(int id, InputStream in, OutputStream out, Closeable end, Runnable reset) {
            this.id = id;
            this.reader = new MsgpackReader(in, DecodeLimits.DEFAULT);
            this.out = out;
            this.end = end;
            this.reset = reset;
        }

        <R> void reply(Seen to, Method<?, R> method, R reply) throws IOException {
            send(new ResponseHeader("", to.seq(), to.method()), method.reply(), reply);
        }

        void refuse(Seen to, String error) throws IOException {
            send(new ResponseHeader(error, to.seq(), to.method()), Empty.CODEC, Empty.ZERO);
        }

        <R> void send(ResponseHeader header, Codec<R> codec, R body) throws IOException {
            var writer = new MsgpackWriter();
            ResponseHeader.CODEC.encode(header, writer);
            codec.encode(body, writer);
            writer.writeTo(out);
        }

        void reset() {
            reset.run();
        }

        @Override
        public void close() throws IOException {
            end.close();
        }
    }
}
