package dev.proconsul.rpc.transport.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/// A process of `openssl`: `s_client` or `s_server`.
final class Openssl implements AutoCloseable {
    private static final Pattern ACCEPTS = Pattern.compile("ACCEPT 127\\.0\\.0\\.1:([0-9]+)");
    private static final long SECONDS = 20;

    private final Process process;
    private final Thread collector;
    private final StringBuilder said = new StringBuilder(); // guarded by itself

    private Openssl(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        collector = Thread.ofVirtual().start(() -> collect(process.getInputStream()));
    }

    static void assumeThere() {
        try {
            run("version");
        } catch (IOException | InterruptedException e) {
            Assumptions.abort("there is no openssl here: " + e.getMessage());
        }
    }

    static String ca() {
        return Certificates.path("consul-agent-ca.pem").toString();
    }

    static String certificate(String name) {
        return Certificates.path(name + "-consul-0.pem").toString();
    }

    static String key(String name) {
        return Certificates.path(name + "-consul-0-key.pem").toString();
    }

    /// {@return what a command prints}
    static String run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    static Openssl client(InetSocketAddress server, String... options) throws IOException {
        return client(server, List.of(), options);
    }

    static Openssl client(InetSocketAddress server, List<String> more, String... options) throws IOException {
        var command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + server.getPort()));
        command.addAll(List.of(options));
        command.addAll(more);
        return new Openssl(command);
    }

    /// A server that says each line backwards.
    static Openssl server(String certificate, String... options) throws IOException {
        return server(Certificates.path(certificate + "-consul-0.pem"), Certificates.path(certificate + "-consul-0-key.pem"),
                options);
    }

    static Openssl server(Path certificate, Path key, String... options) throws IOException {
        var command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:0", "-rev",
                "-cert", certificate.toString(), "-key", key.toString()));
        command.addAll(List.of(options));
        var server = new Openssl(command);
        server.await("ACCEPT");
        return server;
    }

    InetSocketAddress address() {
        var match = ACCEPTS.matcher(output());
        if (!match.find()) {
            throw new AssertionError("no address in " + output());
        }
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(match.group(1)));
    }

    private void collect(InputStream in) {
        var bytes = new byte[4096];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                synchronized (said) {
                    said.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
                    said.notifyAll();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    void say(String line) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    String output() {
        synchronized (said) {
            return said.toString();
        }
    }

    /// Waits until a line of its output is, or ends with, a text.
    void await(String text) {
        await(text, 1);
    }

    /// Waits until that many lines of its output are.
    void await(String text, int times) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        synchronized (said) {
            while (said.toString().lines()
                    .filter(line -> line.endsWith(text) || line.startsWith(text + " ")).count() < times) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("no '" + text + "' in: " + said);
                }
                try {
                    said.wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it goes on: " + output());
        }
        collector.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
