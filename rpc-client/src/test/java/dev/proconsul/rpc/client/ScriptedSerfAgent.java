package dev.proconsul.rpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A Serf agent that says what the test says: one script for each connection, the last one again and again.
final class ScriptedSerfAgent implements AutoCloseable {
    private final ServerSocket listener;
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private volatile int connections;

    /// What an agent does with a connection; when it returns the connection is closed.
    @FunctionalInterface
    interface Script {
        void play(Line line) throws IOException, InterruptedException;
    }

    ScriptedSerfAgent(Script... scripts) throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> accept(scripts));
    }

    private void accept(Script[] scripts) {
        try {
            while (true) {
                var socket = listener.accept();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                var script = scripts[Math.min(connections++, scripts.length - 1)];
                Thread.ofVirtual().start(() -> play(script, socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void play(Script script, Socket socket) {
        try (socket) {
            script.play(new Line(socket.getInputStream(), socket.getOutputStream()));
        } catch (AssertionError | RuntimeException e) {
            failures.add(e);
        } catch (IOException | InterruptedException e) {
            // The client has gone, as it may.
        }
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    SerfConfig config() {
        return SerfConfig.lan(address(), "dc1");
    }

    int connections() {
        return connections;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (sockets) {
            for (var socket : sockets) {
                socket.close();
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("the agent saw something else than expected", failures.peek());
        }
    }

    /// The agent's end of a connection.
    static final class Line {
        private final InputStream in;
        private final OutputStream out;

        Line(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        /// Reads what must come.
        void expect(byte[] bytes) throws IOException {
            byte[] found = in.readNBytes(bytes.length);
            if (found.length == 0) {
                throw new EOFException();
            }
            assertEquals(HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(found));
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /// Plays recorded lines, in turn.
        void play(List<String> recorded) throws IOException {
            for (var line : recorded) {
                byte[] bytes = HexFormat.of().parseHex(line.substring(2));
                if (line.startsWith(">")) {
                    expect(bytes);
                } else {
                    send(bytes);
                }
            }
        }

        /// Takes a command without a body.
        void command(String name, long sequence) throws IOException {
            expect(request(name, sequence));
        }

        /// Takes a command with a text in its body.
        void command(String name, long sequence, String field, String value) throws IOException {
            command(name, sequence);
            expect(packed(writer -> {
                writer.writeMapHeader(1);
                writer.writeString(field);
                writer.writeString(value);
            }));
        }

        void answer(long sequence, String error) throws IOException {
            send(header(sequence, error));
        }

        void answer(long sequence, Consumer<MsgpackWriter> body) throws IOException {
            answer(sequence, "");
            send(packed(body));
        }

        /// Everything up to the list of members.
        void greet(String name, FakeMember... members) throws IOException {
            handshake();
            command("stats", 1);
            answer(1, stats(name));
            stream(2);
            command("members", 3);
            answer(3, members(members));
        }

        void handshake() throws IOException {
            command("handshake", 0);
            expect(packed(writer -> {
                writer.writeMapHeader(1);
                writer.writeString("Version");
                writer.writeLong(1);
            }));
            answer(0, "");
        }

        void stream(long sequence) throws IOException {
            command("stream", sequence, "Type",
                    "member-join,member-leave,member-failed,member-update,member-reap");
            answer(sequence, "");
        }

        void event(long sequence, String name, FakeMember... members) throws IOException {
            answer(sequence, writer -> {
                writer.writeMapHeader(2);
                writer.writeString("Event");
                writer.writeString(name);
                writer.writeString("Members");
                FakeMember.write(members, writer);
            });
        }

        /// Waits until the client has gone.
        void awaitEnd() throws IOException {
            while (in.read() >= 0) {
                // What it says last is of no interest.
            }
        }
    }

    /// A member as an agent sends it.
    record FakeMember(String name, String status, Map<String, String> tags) {
        static FakeMember server(String name, String status) {
            return new FakeMember(name, status, Map.of("role", "consul", "dc", "dc1", "id", "id-" + name, "vsn", "2",
                    "build", "1.21.0", "port", "8300"));
        }

        static FakeMember plain(String name, String status) {
            return new FakeMember(name, status, Map.of());
        }

        static void write(FakeMember[] members, MsgpackWriter out) {
            out.writeArrayHeader(members.length);
            for (var member : members) {
                out.writeMapHeader(5);
                out.writeString("Addr");
                out.writeBytes(Bytes.of((byte) 10, (byte) 0, (byte) 0, (byte) member.name().charAt(0)));
                out.writeString("Name");
                out.writeString(member.name());
                out.writeString("Port");
                out.writeLong(7946);
                out.writeString("Status");
                out.writeString(member.status());
                out.writeString("Tags");
                out.writeMapHeader(member.tags().size());
                new TreeMap<>(member.tags()).forEach((tag, value) -> {
                    out.writeString(tag);
                    out.writeString(value);
                });
            }
        }
    }

    static Consumer<MsgpackWriter> members(FakeMember... members) {
        return out -> {
            out.writeMapHeader(1);
            out.writeString("Members");
            FakeMember.write(members, out);
        };
    }

    static Consumer<MsgpackWriter> stats(String name) {
        return out -> out.writeAny(Map.of("agent", Map.of("name", name), "serf", Map.of("members", "1")));
    }

    static byte[] request(String command, long sequence) {
        return packed(out -> {
            out.writeMapHeader(2);
            out.writeString("Command");
            out.writeString(command);
            out.writeString("Seq");
            out.writeUnsigned(sequence);
        });
    }

    static byte[] header(long sequence, String error) {
        return packed(out -> {
            out.writeMapHeader(2);
            out.writeString("Error");
            out.writeString(error);
            out.writeString("Seq");
            out.writeUnsigned(sequence);
        });
    }

    static byte[] packed(Consumer<MsgpackWriter> content) {
        var out = new MsgpackWriter();
        content.accept(out);
        return out.toByteArray();
    }

    /// The lines of the recording.
    static List<String> recorded() throws IOException {
        try (@Nullable InputStream in = ScriptedSerfAgent.class.getResourceAsStream("/serf/recorded.txt")) {
            if (in == null) {
                throw new IOException("no recording among the test resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).toList();
        }
    }
}
