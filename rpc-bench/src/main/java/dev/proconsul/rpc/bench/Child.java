package dev.proconsul.rpc.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process that was started here and is spoken to in lines. What it says on standard error goes to ours. Closing
/// ends its standard input, which every program of this module takes as the word to leave, and kills it if it does not.
final class Child implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final Process process;
    private final BufferedWriter input;
    private final BlockingQueue<Said> output = new LinkedBlockingQueue<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter();
        Thread.ofVirtual().name("output of " + name).start(this::listen);
    }

    /// Starts a process.
    ///
    /// @param name    for messages
    /// @param command program and arguments
    static Child start(String name, List<String> command) throws IOException {
        return new Child(name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /// What the process says, line by line; nothing more after a line that is null.
    private record Said(@Nullable String line) {}

    private void listen() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().map(Said::new).forEach(output::add);
        } catch (IOException | UncheckedIOException e) {
            // Its end is told below, whatever it was.
        } finally {
            output.add(new Said(null));
        }
    }

    /// Says a line.
    void say(String line) throws IOException {
        input.write(line);
        input.newLine();
        input.flush();
    }

    /// {@return the next line; null when the process has closed its output}
    /// @throws IOException when none comes in time
    @Nullable String nextLine(Duration timeout) throws IOException, InterruptedException {
        var said = output.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (said == null) {
            throw new IOException(name + " has said nothing for " + timeout.toSeconds() + " s");
        }
        return said.line();
    }

    /// {@return what follows a word on the next line}
    /// @throws IOException when the next line begins otherwise, or does not come in time
    String expect(String word, Duration timeout) throws IOException, InterruptedException {
        var line = nextLine(timeout);
        if (line == null || !line.startsWith(word)) {
            throw new IOException(name + " was to say '" + word + "', but " + (line == null ? "has ended" : "said: " + line));
        }
        return line.substring(word.length()).strip();
    }

    /// {@return the exit code}
    /// @throws IOException when the process goes on
    int exitCode(Duration timeout) throws IOException, InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(name + " goes on after " + timeout.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /// Sends it a signal of POSIX.
    ///
    /// @param signal without SIG: STOP, CONT
    void signal(String signal) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException(name + " cannot be sent " + signal);
        }
    }

    /// {@return the processor time it has used so far}
    Duration cpuTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// {@return how much of that its compiler has used, if it is a JVM and the system tells}
    Duration compilerTime() throws IOException {
        return Machine.compiling(process.pid());
    }

    @Override
    public void close() {
        try {
            input.close();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // Its input is gone: it has ended, or is about to.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
