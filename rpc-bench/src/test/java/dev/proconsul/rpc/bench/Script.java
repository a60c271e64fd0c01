package dev.proconsul.rpc.bench;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The script of the yamux peers, see `src/go/yamuxserver.go`, over jyamux: the first byte of a stream says what the
/// accepting side does with it.
final class Script implements Closeable {
    static final String NOTE_RESET = "reset";
    static final String NOTE_FINISHED = "finished after ";
    private static final int BUFFER = 1 << 16;

    private final ServerSocketChannel listener;

    private Script(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static Script start() throws IOException {
        var script = new Script(ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Thread.startVirtualThread(script::acceptConnections);
        return script;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
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
        try (var session = Session.server(channel, SessionConfig.DEFAULT)) {
            var notes = new LinkedBlockingQueue<String>();
            while (true) {
                var stream = session.accept();
                Thread.startVirtualThread(() -> serve(new Scene(channel, session, stream, notes)));
            }
        } catch (IOException e) {
            // The session has ended.
        }
    }

    /// A stream and what is around it.
    private record Scene(SocketChannel channel, Session session, Stream stream, BlockingQueue<String> notes) {
        InputStream in() {
            return stream.input();
        }

        OutputStream out() {
            return stream.output();
        }
    }

    private static void serve(Scene scene) {
        try (var stream = scene.stream()) {
            switch (stream.input().read()) {
                case 'E' -> stream.input().transferTo(stream.output());
                case 'H' -> stream.output().write(Generated.digestOf(stream.input()));
                case 'G' -> generate(scene);
                case 'F' -> {
                    say(scene, "bye");
                    stream.finishWriting();
                    note(scene);
                }
                case 'R' -> stream.reset();
                case 'X' -> note(scene);
                case 'L' -> say(scene, nextNote(scene));
                case 'P' -> {
                    scene.session().ping();
                    say(scene, "pong");
                }
                case 'W' -> scene.session().goAway();
                case 'D' -> {
                    scene.channel().setOption(StandardSocketOptions.SO_LINGER, 0);
                    scene.channel().close();
                }
                case 'C' -> {
                    say(scene, "last words");
                    scene.session().close();
                }
                default -> stream.reset();
            }
        } catch (IOException e) {
            // The opener sees the end of the stream, and that is what it checks.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void generate(Scene scene) throws IOException {
        long length = new DataInputStream(scene.in()).readLong();
        try {
            Generated.write(scene.out(), length);
        } catch (MuxException.StreamReset e) {
            scene.notes().add(NOTE_RESET);
        }
    }

    /// Reads to the end, and notes how it came.
    private static void note(Scene scene) {
        long length = 0;
        var buffer = new byte[BUFFER];
        try {
            for (int n = scene.in().read(buffer); n >= 0; n = scene.in().read(buffer)) {
                length += n;
            }
            scene.notes().add(NOTE_FINISHED + length);
        } catch (MuxException.StreamReset e) {
            scene.notes().add(NOTE_RESET);
        } catch (IOException e) {
            scene.notes().add(String.valueOf(e.getMessage()));
        }
    }

    private static String nextNote(Scene scene) throws InterruptedException {
        var note = scene.notes().poll(Interop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return note == null ? "nothing to note" : note;
    }

    private static void say(Scene scene, String words) throws IOException {
        scene.out().write(words.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
