package dev.proconsul.rpc.endpoints.internal.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LanesTest {
    private static Attributes connection(int port) throws UnknownHostException {
        var host = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress(host, port)).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 16})
    @DisplayName("connections of one host are spread over the lanes, though Linux gives them even ports only")
    void spreadsTheConnectionsOfAHost(int count) throws Exception {
        var lanes = new Lanes(count);
        var connections = new HashMap<Lane, Integer>();
        for (int port = 32_768; port < 34_768; port += 2) {
            assertSame(lanes.of(connection(port)), lanes.of(connection(port)));
            connections.merge(lanes.of(connection(port)), 1, Integer::sum);
        }
        assertEquals(count, connections.size(), connections.values()::toString);
        connections.values().forEach(each -> assertEquals(1_000.0 / count, each, 500.0 / count));
    }
}
