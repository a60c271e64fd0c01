package dev.proconsul.rpc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Our server, called by a Go program as Consul's agents call theirs. The checks are in `src/go/client.go`.
@Tag("interop")
class GoClientTest {
    private static final int CHECKS = 31;
    private static final String BLOCKING = "rpc.queries_blocking";

    @Test
    @DisplayName("A Go client finds the server it knows, on bytes 0 and 4 (transport sections 3 and 4)")
    void aGoClientFindsTheServerItKnows() throws Exception {
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0).withMaxConnectionsPerClient(0));
                var checks = Interop.peer().start("client", "127.0.0.1:" + server.address().getPort(), "observed")) {
            Interop.passes(checks, CHECKS, question -> blocking(server, question));

            assertTrue(Interop.comesTrue(() -> server.counters().get("rpc.connections") == 0), "connections are left open");
            assertEquals(0, server.counters().get(BLOCKING));
        }
    }

    /// The question `blocking N`: does the server have so many blocking calls?
    private static boolean blocking(RpcServer server, String question) {
        long expected = Long.parseLong(question.substring("blocking ".length()));
        return Interop.comesTrue(() -> server.counters().get(BLOCKING) == expected);
    }
}
