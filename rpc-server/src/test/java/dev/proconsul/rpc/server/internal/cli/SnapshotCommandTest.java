package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `proconsul snapshot`, against a server in this process.
class SnapshotCommandTest {
    @TempDir
    Path directory;

    private RpcServer server;
    private String address;

    @BeforeEach
    void start() throws IOException {
        server = RpcServer.start(ServerConfig.dev().withServerPort(0));
        address = "127.0.0.1:" + server.address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Run run(String action, Path file, String... options) {
        var args = new java.util.ArrayList<>(List.of("snapshot", action, file.toString()));
        args.addAll(List.of(options));
        if (!action.equals("inspect")) {
            args.addAll(List.of("-server", address));
        }
        return Run.of(args.toArray(String[]::new));
    }

    private Path recorded(String name) throws IOException {
        var file = directory.resolve(name);
        try (InputStream in = getClass().getResourceAsStream("/conformance/snapshot/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    @Test
    @DisplayName("save, change, restore: what was saved is back, and the file is for its owner")
    void savesAndRestores() throws Exception {
        var file = directory.resolve("backup.snap");
        try (var client = RpcClient.connect(ClientConfig.of(address))) {
            client.kv().put("a", "first".getBytes());
            var saved = run("save", file);
            assertEquals(0, saved.code, saved::err);
            assertEquals("saved index 5 to " + file + ", " + Files.size(file) + " bytes, checked\n", saved.out());
            assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
            client.kv().put("a", "second".getBytes());

            var restored = run("restore", file);
            assertEquals(0, restored.code, restored::err);
            assertEquals("restored index 5 from " + file + "\n", restored.out());
            assertEquals("first", client.kv().get("a").orElseThrow().value().toUtf8());
        }
        assertEquals(List.of(file), files(), "nothing is left beside it");
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(directory)) {
            return all.toList();
        }
    }

    @Test
    @DisplayName("inspect says what a recorded snapshot of Consul holds")
    void inspects() throws Exception {
        var run = run("inspect", recorded("kv.snap"));

        assertEquals(0, run.code, run::err);
        var lines = run.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
        assertEquals(List.of("ID 2-32-1795336763800", "Size 9253", "Index 32", "Term 2", "Version 1", "",
                "Type Count Size"), lines.subList(0, 7));
        assertTrue(lines.get(7).startsWith("KVS 24 "), lines::toString);
        assertTrue(lines.contains("Total 39 9241"), lines::toString);
    }

    @Test
    void inspectsForPrograms() throws Exception {
        var run = run("inspect", recorded("mixed.snap"), "-format", "json");

        assertEquals(0, run.code, run::err);
        var tree = (Map<?, ?>) JsonText.parse("the output", run.out());
        assertEquals(44L, ((Map<?, ?>) tree.get("Meta")).get("Index"));
        assertTrue(((List<?>) tree.get("Records")).contains(Map.of("Type", "Session", "Count", 1L, "Size", 268L))
                || run.out().contains("\"Session\""), run::out);
    }

    @Test
    @DisplayName("a damaged file is refused before anything is sent")
    void refusesDamagedFiles() throws Exception {
        var file = recorded("kv.snap");
        var bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 20));

        for (var action : List.of("restore", "inspect")) {
            var run = run(action, file);
            assertEquals(1, run.code);
            assertTrue(run.complaint().startsWith("cannot " + action + " " + file + ": "), run::err);
            assertTrue(run.complaint().endsWith("EOF"), run::err);
        }
        assertEquals(0, server.counters().get("rpc.entered.snapshot"));
    }

    @Test
    @DisplayName("what cannot be saved leaves the old file as it was, and nothing beside it")
    void keepsTheOldFile() throws Exception {
        var file = directory.resolve("old.snap");
        Files.writeString(file, "old");
        var run = run("save", file, "-datacenter", "dc9");

        assertEquals(1, run.code);
        assertEquals("Snapshot to " + address + ": the server says: No path to datacenter; it is not of datacenter dc9, "
                + "name its own with -datacenter", run.complaint());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void saysWhereItCannotSave() {
        var nowhere = directory.resolve("none").resolve("x.snap");
        var missing = run("save", nowhere);
        assertEquals(1, missing.code);
        assertEquals("cannot save to " + nowhere + ": there is no such file or directory", missing.complaint());
        var aDirectory = run("save", directory);
        assertEquals("cannot save to " + directory + ": this is a directory", aDirectory.complaint());
        var file = run("restore", directory.resolve("none.snap"));
        assertEquals("cannot restore " + directory.resolve("none.snap") + ": there is no such file or directory",
                file.complaint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "snapshot                  | snapshot needs save|restore|inspect",
        "snapshot save             | snapshot needs FILE",
        "snapshot burn x           | snapshot can save, restore or inspect, not 'burn'",
        "snapshot inspect -format xml x | -format is 'xml', but must be text or json"
    })
    void mistakesAreExplained(String line, String complaint) {
        var run = Run.of(line.split(" "));
        assertEquals(2, run.code);
        assertTrue(run.complaint().startsWith(complaint), run::err);
    }

    @Test
    @DisplayName("progress is told once a second, and not at all of what is done at once")
    void tellsProgress() throws IOException {
        var now = new AtomicLong();
        var err = new ByteArrayOutputStream();
        try (var in = new Progress("saving", new ByteArrayInputStream(new byte[3 << 20]),
                new PrintStream(err, true, StandardCharsets.UTF_8), now::get)) {
            in.readNBytes(1 << 20);
            assertEquals(0, err.size());
            now.addAndGet(TimeUnit.SECONDS.toNanos(1));
            in.readNBytes(1 << 20);
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
            in.readAllBytes();
        }
        var lines = err.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().matches("saving: 1\\.[0-9] MiB in 1 s"), lines::toString);
        assertFalse(lines.getFirst().isBlank());
    }
}
