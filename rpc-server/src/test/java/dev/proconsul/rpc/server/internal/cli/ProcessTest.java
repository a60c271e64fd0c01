package dev.proconsul.rpc.server.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tool as a process of its own: signals, exit codes, and the run that trains the start-up cache.
class ProcessTest {
    private static final String MODULE = "dev.proconsul.rpc.server";

    /// The modules of this JVM, as they stand in its boot layer.
    private static ProcessBuilder java(String mainClass, String... args) {
        var path = ModuleLayer.boot().configuration().modules().stream()
                .flatMap(module -> module.reference().location().stream())
                .filter(location -> location.getScheme().equals("file"))
                .map(location -> Path.of(location).toString())
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-p", path, "-m", MODULE + "/" + MODULE + ".internal." + mainClass));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsTheAgentInOrder(String signal) throws Exception {
        var agent = java("Main", "agent", "-dev", "-server-port", "0").start();
        try (BufferedReader err = agent.errorReader()) {
            var first = String.valueOf(err.readLine());
            assertTrue(first.contains("listening on 127.0.0.1:"), first);

            new ProcessBuilder("kill", "-" + signal, Long.toString(agent.pid())).start().waitFor();

            assertTrue(agent.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, agent.exitValue());
            assertTrue(err.lines().anyMatch(line -> line.startsWith("leaving")));
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void aMistakeEndsWithItsExitCode() throws IOException, InterruptedException {
        var tool = java("Main", "agent", "-server-port", "x", "-dev").start();
        try (BufferedReader err = tool.errorReader()) {
            assertEquals("proconsul: -server-port is 'x', but must be a whole number from 0 to 65535", err.readLine());
            assertTrue(tool.waitFor(30, TimeUnit.SECONDS));
            assertEquals(2, tool.exitValue());
        } finally {
            tool.destroyForcibly();
        }
    }

    @Test
    void theTrainingRunSucceeds() throws IOException, InterruptedException {
        var training = java("Training").redirectErrorStream(true).start();
        try (BufferedReader out = training.inputReader()) {
            var said = out.lines().collect(Collectors.joining("\n"));
            assertTrue(training.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, training.exitValue(), said);
        } finally {
            training.destroyForcibly();
        }
    }
}
