package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchCommandTest {
    private static final ServerConfig CONFIG =
            ServerConfig.dev().withServerPort(0).withDrainTime(Duration.ofMillis(50));

    private static void put(String address, String key, String base64) {
        var request = "{\"Op\":\"set\",\"DirEnt\":{\"Key\":\"" + key + "\",\"Value\":\"" + base64 + "\"}}";
        assertEquals(0, Run.of("call", "-server", address, "KVS.Apply", request).code);
    }

    private static Object value(String line) throws UsageError {
        return JsonText.parse("the line", line) instanceof Map<?, ?> members ? members.get("Value") : "no object";
    }

    @Test
    void itPrintsWhatIsThereAndLeavesAfterTheCount() throws Exception {
        try (var server = RpcServer.start(CONFIG)) {
            var address = "127.0.0.1:" + server.address().getPort();
            put(address, "w/a", "YQ==");

            var key = Run.of("watch", "-server", address, "-count", "1", "key", "w/a");
            var nothing = Run.of("watch", "-server", address, "-count", "1", "key", "w/none");
            var prefix = Run.of("watch", "-server", address, "-mode", "single", "-count", "1", "prefix", "w/");

            assertEquals(0, key.code);
            assertEquals("YQ==", ((Map<?, ?>) value(key.out())).get("Value"));
            assertEquals("watching key 'w/a' at " + address + "\n", key.err());
            assertEquals(null, value(nothing.out()));
            assertEquals(1, ((List<?>) value(prefix.out())).size());
        }
    }

    @Test
    void itSaysWhatIsDifferent() {
        var changes = new WatchChanges();
        assertEquals("{Added=[a]}", changes.next(Map.of("a", 1)).toString());
        assertEquals("{Added=[b], Changed=[a]}", changes.next(Map.of("a", 2, "b", 1)).toString());
        assertEquals("{Removed=[a]}", changes.next(Map.of("b", 1)).toString());
        assertEquals("{}", changes.next(Map.of("b", 1)).toString());
    }

    @Test
    void itWatchesTheCatalogToo() throws Exception {
        try (var server = RpcServer.start(CONFIG)) {
            var address = "127.0.0.1:" + server.address().getPort();
            var request = "{\"Node\":\"n\",\"Address\":\"127.0.0.9\",\"Service\":{\"Service\":\"web\",\"Tags\":[\"v1\"]},"
                    + "\"Check\":{\"CheckID\":\"alive\",\"Name\":\"alive\",\"Status\":\"passing\"}}";
            assertEquals(0, Run.of("call", "-server", address, "Catalog.Register", request).code);
            for (var what : List.of("service web", "nodes", "services", "checks")) {
                var run = Run.of(("watch -server " + address + " -count 1 " + what).split(" "));

                assertEquals(0, run.code, run.err());
                var line = (Map<?, ?>) JsonText.parse("the line", run.out());
                assertEquals(what.startsWith("service ") ? "stream" : "blocking-query", line.get("Mode"), what);
                assertTrue(line.get("Changes") instanceof Map<?, ?> changes && changes.get("Added") instanceof List<?>, what);
                assertTrue(((Number) line.get("Index")).longValue() > 0, run.out());
                assertTrue(run.out().contains(what.equals("checks") ? "alive" : what.equals("nodes") ? "127.0.0.9" : "web"),
                        run.out());
            }
        }
    }

    @Test
    void itGoesOnWhenTheServerComesBackWithAnotherHistory() throws Exception {
        var first = RpcServer.start(CONFIG);
        int port = first.address().getPort();
        var address = "127.0.0.1:" + port;
        for (int i = 0; i < 5; i++) {
            put(address, "w/other", "YQ=="); // so that the first history is the longer one
        }
        put(address, "w/a", "YQ==");
        var run = new Run();
        var watching = Thread.startVirtualThread(() ->
                run.start("watch", "-server", address, "-count", "2", "key", "w/a"));
        assertTrue(run.printed.await(20, TimeUnit.SECONDS), run.err());

        first.close();
        run.awaitComplaint("; next try in "); // that of the second failure
        try (var second = RpcServer.start(CONFIG.withServerPort(port))) {
            put(address, "w/a", "Yg==");
            assertTrue(watching.join(Duration.ofSeconds(20)), run.err());
            assertEquals(port, second.address().getPort());
        }

        assertEquals(0, run.code);
        assertEquals("Yg==", ((Map<?, ?>) value(run.out().lines().skip(1).findFirst().orElseThrow())).get("Value"));
        assertTrue(run.err().endsWith("the server answers again\n") || run.err().contains("; next try in "), run.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-count 0 key a    | -count is '0', but must be a whole number of 1 or more",
        "-count many key a | -count is 'many', but must be a whole number of 1 or more",
        "kez a             | cannot watch 'kez', only service, key, prefix, nodes, services or checks; did you mean key?",
        "key               | watch key needs NAME",
        "nodes x           | watch nodes does not know what to do with 'x'"
    })
    void aBadOptionIsNamedWithWhatWasExpected(String options, String complaint) {
        var run = Run.of(("watch " + options).split(" "));

        assertEquals(2, run.code);
        assertEquals(complaint, run.complaint());
    }

    @Test
    void whatTheServerRefusesEndsIt() throws Exception {
        try (var server = RpcServer.start(CONFIG)) {
            var address = "127.0.0.1:" + server.address().getPort();

            var run = Run.of("watch", "-server", address, "-datacenter", "dc9", "key", "a");

            assertEquals(1, run.code);
            assertTrue(run.err().endsWith("proconsul: KVS.Get to " + address
                    + ": the server says: No path to datacenter\n"), run.err());
        }
    }

    @Test
    void itEndsWhenNobodyTakesItsLines() throws Exception {
        try (var server = RpcServer.start(CONFIG)) {
            var address = "127.0.0.1:" + server.address().getPort();
            var gone = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("Broken pipe");
                }
            };
            var err = new ByteArrayOutputStream();
            for (var command : List.of(List.of("watch", "-server", address, "-count", "1", "key", "w/a"),
                    List.of("call", "-server", address, "Status.Leader"))) {
                int code = new CommandLineTool(new Terminal(InputStream.nullInputStream(), new PrintStream(gone),
                        new PrintStream(err, true))).run(command.toArray(String[]::new));
                assertEquals(CommandLineTool.FAILED, code);
                assertTrue(err.toString().contains("cannot write to standard output"), err.toString());
                err.reset();
            }
        }
    }
}
