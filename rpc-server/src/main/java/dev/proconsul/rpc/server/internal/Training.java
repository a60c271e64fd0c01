package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.server.RpcServer;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.server.internal.cli.CommandLineTool;
import dev.proconsul.rpc.server.internal.cli.Terminal;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/// Does once what a process does at its start, so that the build of the runtime image can record it.
///
/// The image carries a start-up cache: the classes that are needed, loaded and linked beforehand. The JVM makes that
/// cache from a run of this class, which starts a server, calls and watches it over both kinds of connection, runs the
/// commands against it, does the same with TLS, and ends. Exit code 0, or 1 with a message when anything did not work: a
/// cache that was made from a failed run would be a bad one.
public final class Training {
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private Training() {}

    /// Runs it.
    /// @param args not used
    public static void main(String[] args) {
        int code = 0;
        try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0))) {
            var address = "127.0.0.1:" + server.address().getPort();
            for (var mode : Mode.values()) {
                callAndWatch(ClientConfig.of(address).withMode(mode));
            }
            commands(address);
            secure();
        } catch (IOException | CallException | InterruptedException | IllegalStateException e) {
            System.err.println("training failed: " + e);
            code = 1;
        }
        System.exit(code);
    }

    private static void callAndWatch(ClientConfig config) throws CallException, InterruptedException {
        var key = "training/" + config.mode();
        try (var client = RpcClient.connect(config)) {
            client.status().ping();
            check(client.status().leader().isPresent(), "there is no leader");
            client.kv().put(key, VALUE);
            check(client.kv().get(key).isPresent(), "there is no " + key);
            check(!client.kv().list("training/").isEmpty(), "nothing is listed");
            watch(client, key);
        }
    }

    /// A blocking query that is waiting, or about to, when the key changes.
    private static void watch(RpcClient client, String key) throws CallException, InterruptedException {
        try (var watch = client.kv().watch(key)) {
            watch.next();
            client.kv().put(key, "changed".getBytes(StandardCharsets.UTF_8));
            check(watch.next().value().isPresent(), "the watch lost its key");
        }
    }

    /// The same with TLS: certificates from the command, a server that shows them, a call in each way.
    private static void secure() throws IOException {
        var directory = Files.createTempDirectory("training");
        try {
            var dir = directory.toString();
            run("tls", "ca", "create", "-dir", dir);
            run("tls", "cert", "create", "-server", "-dir", dir);
            var ca = directory.resolve("consul-agent-ca.pem");
            var certificate = directory.resolve("dc1-server-consul-0.pem");
            var key = directory.resolve("dc1-server-consul-0-key.pem");
            var tls = TlsConfig.NONE.withAuthorities(PemSource.file(ca))
                    .withCertificate(PemSource.file(certificate), PemSource.file(key)).withVerification(true, true, true);
            try (var server = RpcServer.start(ServerConfig.dev().withServerPort(0).withTls(tls))) {
                for (var mode : List.of("mux", "single", "alpn")) {
                    run("call", "-server", "127.0.0.1:" + server.address().getPort(), "-mode", mode, "-ca-file",
                            ca.toString(), "-cert-file", certificate.toString(), "-key-file", key.toString(), "Status.Leader");
                }
            }
        } finally {
            try (var files = Files.list(directory)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void commands(String address) {
        run("version");
        run("help");
        run("routes");
        run("call", "-server", address, "Status.Leader");
        run("call", "-server", address, "-mode", "single", "KVS.List", "{\"Key\":\"training/\"}");
        run("watch", "-server", address, "-count", "1", "prefix", "training/");
    }

    private static void run(String... args) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        InputStream nothing = new ByteArrayInputStream(new byte[0]);
        int code = new CommandLineTool(new Terminal(nothing, nowhere, nowhere)).run(args);
        check(code == 0, "exit code " + code + " of proconsul " + String.join(" ", args));
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
