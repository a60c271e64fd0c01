package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The virtual threads of this process that run the project's code, as the JDK's own thread dump shows them.
final class Threads {
    /// These read for all sessions of the process, and stay. A session that is left has threads of its own.
    private static final String SHARED = "\"jyamux select ";

    private Threads() {}

    static List<String> ofTheServer() {
        try {
            var directory = Files.createTempDirectory("threads");
            var file = directory.resolve("dump.txt");
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            var process = new ProcessBuilder(jcmd, Long.toString(ProcessHandle.current().pid()), "Thread.dump_to_file",
                    "-format=plain", file.toString()).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            var found = parse(Files.readAllLines(file));
            Files.delete(file);
            Files.delete(directory);
            return found;
        } catch (IOException e) {
            return fail("no thread dump", e);
        } catch (InterruptedException e) {
            return fail("interrupted", e);
        }
    }

    /// A thread is a line `#12 "name" virtual`, and its frames are the indented lines below.
    private static List<String> parse(List<String> lines) {
        var found = new ArrayList<String>();
        var virtual = "";
        for (var line : lines) {
            if (line.startsWith("#")) {
                virtual = line.contains("virtual") && !line.contains(SHARED) ? line : "";
            } else if (!virtual.isEmpty() && line.contains("dev.proconsul.")) {
                found.add(virtual + line);
                virtual = "";
            }
        }
        return found;
    }

    static void awaitNone() {
        Conditions.await(() -> ofTheServer().isEmpty(), () -> "threads are left: " + ofTheServer());
    }
}
