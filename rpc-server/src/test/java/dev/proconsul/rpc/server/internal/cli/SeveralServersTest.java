package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole tool, as `docs/forwarding.md` shows it: an agent of each of two datacenters, the one told of the other by
/// `-retry-join-wan`, and commands that are given a server that is down before one that is not.
class SeveralServersTest {
    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+) ");

    private final List<Run> agents = new ArrayList<>();
    private final Socket deaf = new Socket(); // holds its port, or an agent might get that, but does not listen
    private String down;
    private String here;
    private String there;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        deaf.bind(new InetSocketAddress("127.0.0.1", 0));
        down = "127.0.0.1:" + deaf.getLocalPort();
        there = agent("-node", "b1", "-datacenter", "dc2");
        here = agent("-node", "a1", "-datacenter", "dc1", "-retry-join-wan", "dc2=" + there);
    }

    @AfterEach
    void stop() throws IOException {
        deaf.close();
        agents.forEach(agent -> Objects.requireNonNull(agent.leave.get()).run());
    }

    private String agent(String... options) {
        var args = new ArrayList<>(List.of("agent", "-dev", "-server-port", "0"));
        args.addAll(List.of(options));
        var agent = Run.of(args.toArray(String[]::new));
        var listening = LISTENING.matcher(agent.err());
        assertTrue(listening.find(), agent.err());
        agents.add(agent);
        return listening.group(1);
    }

    /// Runs a command that names the server that is down first.
    private Run run(String command, String... rest) {
        var args = new ArrayList<>(List.of(command, "-server", down, "-server", here));
        args.addAll(List.of(rest));
        var run = Run.of(args.toArray(String[]::new));
        assertEquals(0, run.code, run.err());
        return run;
    }

    private void put(String datacenter, String key, String base64) {
        run("call", "-datacenter", datacenter, "KVS.Apply",
                "{\"Op\":\"set\",\"DirEnt\":{\"Key\":\"" + key + "\",\"Value\":\"" + base64 + "\"}}");
    }

    /// {@return the values that a server holds under a key}
    private static List<?> values(String server, String datacenter, String key) throws UsageError {
        var run = Run.of("call", "-server", server, "-datacenter", datacenter, "KVS.Get", "{\"Key\":\"" + key + "\"}");
        var entries = (List<?>) ((Map<?, ?>) JsonText.parse("the reply", run.out())).get("Entries");
        return entries == null ? List.of() : entries.stream().map(entry -> ((Map<?, ?>) entry).get("Value")).toList();
    }

    @Test
    @DisplayName("call: the second server answers, and sends on what is for the other datacenter")
    void call() throws UsageError {
        put("dc1", "a", "MQ==");
        put("dc2", "a", "Mg==");

        assertEquals(List.of("MQ=="), values(here, "dc1", "a"));
        assertEquals(List.of("Mg=="), values(there, "dc2", "a"));
        assertEquals(List.of("Mg=="), values(here, "dc2", "a"));
        assertEquals("[\"dc1\",\"dc2\"]", run("call", "Catalog.ListDatacenters").out().replaceAll("\\s", ""));
    }

    @Test
    @DisplayName("watch: the second server is watched, in the other datacenter too")
    void watch() throws UsageError {
        put("dc2", "a", "Mg==");

        var line = (Map<?, ?>) JsonText.parse("the line",
                run("watch", "-datacenter", "dc2", "-count", "1", "key", "a").out());

        assertEquals("Mg==", ((Map<?, ?>) line.get("Value")).get("Value"));
    }

    @Test
    @DisplayName("snapshot: the second server saves and restores, its own datacenter and the other one")
    void snapshot() throws UsageError {
        for (var datacenter : List.of("dc1", "dc2")) {
            var file = directory.resolve(datacenter + ".snap").toString();
            put(datacenter, "a", "MQ==");
            var saved = run("snapshot", "-datacenter", datacenter, "save", file);
            assertTrue(saved.out().startsWith("saved index "), saved.out());

            put(datacenter, "a", "Mg==");
            run("snapshot", "-datacenter", datacenter, "restore", file);

            assertEquals(List.of("MQ=="), values(here, datacenter, "a"));
        }
        assertEquals(List.of("MQ=="), values(there, "dc2", "a"), "the other datacenter's own server agrees");
    }

    @Test
    @DisplayName("when none of the servers answers, each is named with what is wrong")
    void noneAnswers() {
        var run = Run.of("snapshot", "-server", down, "-server", down.replace("127.0.0.1", "127.0.0.2"), "save",
                directory.resolve("none.snap").toString());

        assertEquals(1, run.code);
        assertTrue(run.complaint().startsWith("none of 2 servers answers: cannot connect to "), run.complaint());
        assertTrue(run.complaint().contains(down) && run.complaint().contains("127.0.0.2:"), run.complaint());
    }
}
