package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcProxyCommandTest {
    private static final String GREETING = "000006040000000000000500004000";

    @Test
    void printsTheAddressAndProxiesUntilTheProcessEnds() throws IOException {
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0))) {
            var run = Run.of("grpc-proxy", "127.0.0.1:" + server.address().getPort());

            assertEquals(CommandLineTool.STILL_RUNNING, run.code, run.err());
            assertTrue(run.err().startsWith("Proxying connections to the gRPC server at 127.0.0.1:"), run.err());
            assertTrue(run.out().startsWith("Use this address: 127.0.0.1:"), run.out());
            int port = Integer.parseInt(run.out().strip().replaceFirst(".*:", ""));
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(10_000);
                assertEquals(GREETING, HexFormat.of().formatHex(socket.getInputStream().readNBytes(15)));
                Objects.requireNonNull(run.leave.get()).run();
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }

    @Test
    void warnsWhenOthersCanReachIt() {
        var run = Run.of("grpc-proxy", "-listen", "0.0.0.0:0", "127.0.0.1:1");

        assertEquals(CommandLineTool.STILL_RUNNING, run.code);
        assertTrue(run.err().contains("warning: everyone who can reach "), run.err());
        Objects.requireNonNull(run.leave.get()).run();
    }

    @Test
    void aPortThatIsTakenIsAFailure() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var run = Run.of("grpc-proxy", "-listen", ":" + taken.getLocalPort(), "127.0.0.1:8300");

            assertEquals(1, run.code);
            assertTrue(run.complaint().startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": "), run.err());
            assertTrue(run.complaint().endsWith("-listen takes another address (port 0: any free one)"), run.err());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "grpc-proxy                     | grpc-proxy needs HOST:PORT",
        "grpc-proxy a:b:c               | 'a:b:c' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT",
        "grpc-proxy -listen x:y a       | -listen is 'x:y', but must be HOST:PORT, HOST or :PORT",
        "grpc-proxy -listen :70000 a    | -listen is ':70000', but must be a port from 0 to 65535",
        "grpc-proxy -timeout never a    | -timeout is 'never', but must be a time of more than zero, such as 5s or 1m30s",
        "grpc-proxy -mode mux a         | -mode is 'mux', but must be byte or alpn",
        "grpc-proxy -mode alpn a        | -mode alpn needs TLS: -ca-file, and -cert-file and -key-file",
        "grpc-proxy a b                 | grpc-proxy does not know what to do with 'b'"
    })
    void aMistakeIsExplainedInOneLine(String line, String complaint) {
        var run = Run.of(line.split(" "));

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }
}
