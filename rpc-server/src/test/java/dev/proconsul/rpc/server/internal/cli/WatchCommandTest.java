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
            assertEquals("watching key 'w/a' at " + address + " by blocking query\n", key.err());
            assertEquals(null, value(nothing.out()));
            assertEquals(1, ((List<?>) value(prefix.out())).size());
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
        assertTrue(run.paused.await(20, TimeUnit.SECONDS), run.err());
        try (var second = RpcServer.start(CONFIG.withServerPort(port))) {
            put(address, "w/a", "Yg==");
            run.mayGoOn.countDown();
            assertTrue(watching.join(Duration.ofSeconds(20)), run.err());
            assertEquals(port, second.address().getPort());
        }

        assertEquals(0, run.code);
        assertEquals("Yg==", ((Map<?, ?>) value(run.out().lines().skip(1).findFirst().orElseThrow())).get("Value"));
        assertTrue(run.err().contains("; next try in 500 ms"), run.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-count 0 key a    | -count is '0', but must be a whole number of 1 or more",
        "-count many key a | -count is 'many', but must be a whole number of 1 or more",
        "kez a             | cannot watch 'kez', only a key or a prefix; did you mean key?"
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
