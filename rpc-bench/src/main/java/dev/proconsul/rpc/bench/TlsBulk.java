package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import dev.proconsul.rpc.transport.tls.Listener;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import dev.proconsul.rpc.transport.tls.TlsObserver;
import dev.proconsul.rpc.transport.tls.TlsUpgrade;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Scenario `tls-bulk`: bytes in one direction over one TLS 1.3 connection, in writes of 64 KiB; ours against a pair of
/// the JDK's `SSLSocket`, in turn, both ends in this process, the same certificate and cipher.
final class TlsBulk {
    private static final int CHUNK = 64 << 10;
    private static final int READ = 128 << 10;
    private static final String NAME = "server.dc1.consul";
    private static final double MEBI = 1 << 20;

    private final Path module;
    private final long bytes;
    private final int rounds;
    private final CertificateAuthority authority;
    private final CertificateAuthority.Pair pair;

    /// One end of a connection, ready to write or read, and how to close it.
    private record End(InputStream in, OutputStream out, Closeable whole) implements Closeable {
        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    private TlsBulk(Path module, boolean quick) {
        this.module = module;
        bytes = quick ? 256L << 20 : 1L << 30;
        rounds = quick ? 5 : 9;
        authority = CertificateAuthority.create(new Plan("", Duration.ofDays(1), List.of(), ""), Instant.now());
        pair = authority.issue(new Subject(Usage.SERVER, NAME, List.of(NAME), List.of(), Duration.ofDays(1)), Instant.now());
    }

    /// Runs it.
    /// @param args the directory of this module, and perhaps `--quick`
    public static void main(String[] args) throws Exception {
        new TlsBulk(Path.of(args[0]), List.of(args).contains("--quick")).run();
    }

    private void run() throws Exception {
        var ours = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        for (int round = -1; round < rounds; round++) { // the first is for the compiler
            double our = measure(this::acceptOurs, this::dialOurs, ourListener());
            double their = measureSslSocket();
            if (round >= 0) {
                ours.add(our);
                theirs.add(their);
            }
        }
        double ratio = median(ours) / median(theirs);
        var table = String.format(Locale.ROOT, "tls-bulk: %d MiB over one TLS 1.3 connection, median of %d rounds%n"
                        + "  proconsul   %7.1f MiB/s%n  SSLSocket   %7.1f MiB/s%n  ratio       %7.3f%n",
                bytes >> 20, rounds, median(ours), median(theirs), ratio);
        var json = String.format(Locale.ROOT, "{\"scenario\":\"tls-bulk\",\"ratio\":{\"ssl-socket\":%.3f},"
                + "\"proconsul\":{\"mib_per_s\":%.1f},\"ssl-socket\":{\"mib_per_s\":%.1f}}", ratio, median(ours), median(theirs));
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve("tls-bulk.txt"), table);
        Files.writeString(directory.resolve("tls-bulk.json"), json + "\n");
        System.out.print(table);
        System.out.println(json);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private TlsConfigurator configurator() throws IOException {
        return TlsConfigurator.load(TlsConfig.NONE
                .withAuthorities(PemSource.text("ca", authority.pem().certificate()))
                .withCertificate(PemSource.text("certificate", pair.certificate()), PemSource.text("key", pair.key())));
    }

    private static Listener ourListener() throws IOException {
        return Listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private End acceptOurs(Listener listener) throws IOException {
        var clear = listener.accept();
        clear.input().skipNBytes(1);
        var upgrade = new TlsUpgrade(configurator(), Duration.ofSeconds(10), 10, TlsObserver.NONE);
        var secure = upgrade.rpc(clear);
        secure.input().skipNBytes(1);
        return new End(secure.input(), secure.output(), secure);
    }

    private End dialOurs(InetSocketAddress address) throws IOException {
        var secure = TlsDialer.toName(configurator(), NAME).dial(address, Protocol.RPC, Duration.ofSeconds(10));
        return new End(secure.input(), secure.output(), secure);
    }

    private interface Accept {
        End from(Listener listener) throws Exception;
    }

    private interface Dial {
        End to(InetSocketAddress address) throws Exception;
    }

    private double measure(Accept accept, Dial dial, Listener port) throws Exception {
        try (var listener = port) {
            var server = beside(() -> send(accept.from(listener)));
            try (var client = dial.to(listener.address())) {
                return receive(client, server);
            }
        }
    }

    private double measureSslSocket() throws Exception {
        var context = context();
        try (var listener = (SSLServerSocket) context.getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = beside(() -> {
                var socket = (SSLSocket) listener.accept();
                socket.setTcpNoDelay(true);
                socket.getInputStream().skipNBytes(1);
                return send(new End(socket.getInputStream(), socket.getOutputStream(), socket));
            });
            try (var socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(listener.getInetAddress(), listener.getLocalPort())) {
                socket.getOutputStream().write(0);
                return receive(new End(socket.getInputStream(), socket.getOutputStream(), socket), server);
            }
        }
    }

    private Void send(End end) throws Exception {
        try (end) {
            var chunk = new byte[CHUNK];
            for (long sent = 0; sent < bytes; sent += CHUNK) {
                end.out().write(chunk);
            }
            return null;
        }
    }

    /// {@return MiB per second}
    private double receive(End end, FutureTask<Void> server) throws IOException, InterruptedException, ExecutionException {
        var buffer = new byte[READ];
        long start = System.nanoTime();
        long received = 0;
        for (int count = end.in().read(buffer); count >= 0; count = end.in().read(buffer)) {
            received += count;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        server.get();
        if (received != bytes) {
            throw new IOException("received " + received + " bytes of " + bytes);
        }
        return received / MEBI / seconds;
    }

    private static <T> FutureTask<T> beside(Callable<T> action) {
        var task = new FutureTask<>(action);
        Thread.ofVirtual().start(task);
        return task;
    }

    private SSLContext context() throws Exception {
        return BareTls.context(authority.pem().certificate(), pair.certificate(), pair.key());
    }
}
