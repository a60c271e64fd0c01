package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// The operations of the RPC scenarios, over the public API: one client for all callers.
final class Operations implements AutoCloseable {
    private static final int VALUE_BYTES = 256;
    private static final List<String> KEYS = keys(1_000);

    private final RpcClient client;

    private Operations(RpcClient client) {
        this.client = client;
    }

    /// Connects, and writes the keys that are read later.
    static Operations connect(InetSocketAddress server) throws CallException, InterruptedException {
        var client = RpcClient.connect(ClientConfig.of(server));
        for (var key : KEYS) {
            client.kv().put(key, new byte[VALUE_BYTES]);
        }
        return new Operations(client);
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
            case PING -> _ -> status::ping;
            case KV_GET -> _ -> () -> kv.get(anyKey()).orElseThrow();
            case KV_PUT -> _ -> {
                var value = new byte[VALUE_BYTES];
                return () -> kv.put(anyKey(), value);
            };
            default -> throw new IllegalArgumentException(scenario.title() + " makes no calls");
        };
    }

    private static String anyKey() {
        return KEYS.get(ThreadLocalRandom.current().nextInt(KEYS.size()));
    }

    @Override
    public void close() {
        client.close();
    }
}
