package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `members`, and `-server` given several times.
class MembersCommandTest {
    private static RpcServer server;
    private static String address;
    private static String nobody;

    @BeforeAll
    static void start() throws IOException {
        server = RpcServer.start(ServerConfig.dev().withServerPort(0));
        address = "127.0.0.1:" + server.address().getPort();
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "127.0.0.1:" + free.getLocalPort();
        }
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Test
    void theServersAreShownWithHealthTimeAndRole() {
        var run = Run.of("members", "-server", nobody, "-server", address);

        assertEquals("", run.err());
        assertEquals(0, run.code);
        var lines = run.out().lines().toList();
        assertEquals(3, lines.size(), run.out());
        assertTrue(lines.getFirst().matches("server +role +health +rtt +problem"), run.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches(address + " +leader +passing +[0-9.]+ ms")), run.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches(nobody + " +- +failing +- +cannot connect to .*refused")),
                run.out());
    }

    @Test
    void jsonIsForPrograms() throws UsageError {
        var run = Run.of("members", "-server", address, "-format", "json");

        var list = assertInstanceOf(List.class, JsonText.parse("the reply", run.out()));
        var first = assertInstanceOf(Map.class, list.getFirst());
        assertEquals(address, first.get("Server"));
        assertEquals("leader", first.get("Role"));
        assertEquals("passing", first.get("Health"));
        assertEquals(1, list.size());
    }

    @Test
    void aNameIsTheSameServerAsItsAddress() {
        var run = Run.of("members", "-server", "localhost:" + server.address().getPort());

        assertEquals(2, run.out().lines().count(), run.out());
        assertTrue(run.out().contains("leader"), run.out());
    }

    @Test
    void callsGoToOneThatAnswers() {
        var run = Run.of("call", "-server", nobody, "-server", address, "Status.Leader");

        assertEquals("", run.err());
        assertEquals("\"" + address + "\"", run.out().strip());
    }

    @Test
    void whenNoneAnswersAllAreNamed() {
        var run = Run.of("call", "-server", nobody, "-server", nobody.replace("127.0.0.1", "127.0.0.2"),
                "Status.Leader");

        assertEquals(1, run.code);
        assertTrue(run.complaint().startsWith("none of 2 servers answers: "), run.err());
        assertTrue(run.complaint().contains(nobody), run.err());
    }

    @Test
    void mistakesAreNamed() {
        assertEquals("-format is 'xml', but must be text or json", Run.of("members", "-format", "xml").complaint());
        assertEquals("-server: 'a b' is no server address; expected HOST:PORT, HOST or [IPV6]:PORT",
                Run.of("members", "-server", address, "-server", "a b").complaint());
        assertEquals("-server srv:x stands for all servers; name no other",
                Run.of("call", "-server", "srv:x", "-server", address, "Status.Ping").complaint());
        assertTrue(Run.of("call", "-server", "srv:nobody.invalid@" + nobody, "Status.Ping").complaint()
                .startsWith("no servers from DNS: "));
    }
}
