package dev.proconsul.rpc.bench;

import dev.proconsul.jyamux.Session;
import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The operations of every scenario, over the public APIs: one client and one yamux session for all callers.
final class Operations implements AutoCloseable {
    static final int MESSAGE_BYTES = 128;
    private static final int VALUE_BYTES = 256;
    private static final List<String> KEYS = keys(1_000);

    private final RpcClient client;
    private final Session session;

    private Operations(RpcClient client, Session session) {
        this.client = client;
        this.session = session;
    }

    /// Connects, and writes the keys that are read later.
    static Operations connect(int rpcPort, int echoPort) throws CallException, IOException, InterruptedException {
        var client = RpcClient.connect(ClientConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), rpcPort)));
        for (var key : KEYS) {
            client.kv().put(key, new byte[VALUE_BYTES]);
        }
        return new Operations(client, session(echoPort));
    }

    private static Session session(int port) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return Session.client(channel, SessionConfig.DEFAULT);
    }

    private static List<String> keys(int count) {
        var keys = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            keys.add("bench/%04d".formatted(i));
        }
        return List.copyOf(keys);
    }

    Operation.Source of(Scenario scenario) {
        var kv = client.kv();
        var status = client.status();
        return switch (scenario) {
            case PING -> () -> status::ping;
            case KV_GET -> () -> () -> kv.get(anyKey()).orElseThrow();
            case KV_PUT -> () -> {
                var value = new byte[VALUE_BYTES];
                return () -> kv.put(anyKey(), value);
            };
            case MUX_PINGPONG, MUX_64 -> this::message;
        };
    }

    private static String anyKey() {
        return KEYS.get(ThreadLocalRandom.current().nextInt(KEYS.size()));
    }

    /// The stream ends with the process: a caller of this kind lives until then.
    private Operation message() throws IOException {
        var stream = session.open();
        var message = new byte[MESSAGE_BYTES];
        return () -> {
            stream.output().write(message);
            if (stream.input().readNBytes(message, 0, MESSAGE_BYTES) < MESSAGE_BYTES) {
                throw new EOFException("the echo has ended");
            }
        };
    }

    @Override
    public void close() {
        session.abort();
        client.close();
    }
}
