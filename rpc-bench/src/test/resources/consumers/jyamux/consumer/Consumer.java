package consumer;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/// Opens a stream of a session and hears its own words.
public final class Consumer implements Callable<String> {
    /// For the service loader.
    public Consumer() {}

    @Override
    public String call() throws Exception {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var client = Session.client(SocketChannel.open(listener.getLocalAddress()), SessionConfig.DEFAULT);
                    var server = Session.server(listener.accept(), SessionConfig.DEFAULT);
                    var stream = client.open()) {
                var echo = Thread.startVirtualThread(() -> echo(server));
                stream.output().write("hello".getBytes(StandardCharsets.UTF_8));
                stream.finishWriting();
                String heard = new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
                echo.join();
                return heard;
            }
        }
    }

    private static void echo(Session session) {
        try (Stream stream = session.accept()) {
            stream.input().transferTo(stream.output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
