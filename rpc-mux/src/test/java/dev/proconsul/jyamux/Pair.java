package dev.proconsul.jyamux;

import dev.proconsul.jyamux.internal.Inside;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A client and a server session that talk to each other. What they leave behind is checked after the test, see
/// [Leaks].
final class Pair implements AutoCloseable {
    final Session client;
    final Session server;
    final Inside clientInside;
    final Inside serverInside;

    Pair(Wire wire) throws Exception {
        this(wire.connect());
    }

    Pair(Wire.Ends ends) {
        this(ends, Settings.PLAIN, Settings.PLAIN);
    }

    Pair(Wire.Ends ends, SessionConfig clientConfig, SessionConfig serverConfig) {
        this(ends, clientConfig, serverConfig, Inside.Clock.SYSTEM);
    }

    Pair(Wire.Ends ends, SessionConfig clientConfig, SessionConfig serverConfig, Inside.Clock clock) {
        clientInside = start(true, ends.client(), clientConfig, clock);
        serverInside = start(false, ends.server(), serverConfig, clock);
        client = clientInside.session();
        server = serverInside.session();
    }

    static Pair inMemory() {
        return new Pair(Wire.memory(1 << 20));
    }

    static Inside start(boolean client, Wire.End end, SessionConfig config, Inside.Clock clock) {
        SocketChannel channel = end.channel();
        Inside inside = channel == null
                ? new Inside(client, 0, end.in(), end.out(), end.transport(), config, clock)
                : new Inside(client, channel, config, clock);
        Leaks.watch(inside);
        return inside;
    }

    /// A stream that the client has opened and the server has accepted.
    record Ends(Stream client, Stream server) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    Ends open() throws Exception {
        Stream stream = client.open();
        return new Ends(stream, server.accept());
    }

    List<Ends> open(int streams) throws Exception {
        List<Ends> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            all.add(open());
        }
        return all;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
