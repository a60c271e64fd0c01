package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.client.internal.grpc.DialingSocketFactory;
import dev.proconsul.rpc.transport.tls.PemSource;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import dev.proconsul.rpc.transport.tls.TlsConfig;
import dev.proconsul.rpc.transport.tls.TlsConfigurator;
import dev.proconsul.rpc.transport.tls.TlsDialer;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/// A process that calls [GrpcBytes] as it is told on its standard input, 64 callers over one channel: `unary MILLIS`
/// or `stream MILLIS`. It answers `OPERATIONS NANOS P50 P99`.
final class GrpcBenchClient {
    private static final int CALLERS = 64;
    private static final int AHEAD = 64;
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private final ManagedChannel channel;

    private GrpcBenchClient(ManagedChannel channel) {
        this.channel = channel;
    }

    /// Runs.
    /// @param args the way to dial, the port, and a directory with certificates
    public static void main(String[] args) throws Exception {
        var client = new GrpcBenchClient(channel(args[0], Integer.parseInt(args[1]), Path.of(args[2])));
        client.echo();
        System.out.println("ready");
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var words = line.split(" ");
            var time = Duration.ofMillis(Long.parseLong(words[1]));
            System.out.println(words[0].equals("unary") ? client.unary(time) : client.stream(time));
        }
        System.exit(0);
    }

    /// The same channel for everyone: what differs is how it gets there. (What [dev.proconsul.rpc.client.GrpcChannels] adds,
    /// such as retries, is no part of a port.)
    private static ManagedChannel channel(String way, int port, Path certificates) throws IOException {
        var ca = certificates.resolve("ca.pem");
        return switch (way) {
            case "typed" -> dialed(port, new TcpDialer());
            case "typed-tls" -> dialed(port, TlsDialer.toName(TlsConfigurator.load(
                    TlsConfig.NONE.withAuthorities(PemSource.file(ca))), "server.dc1.consul"));
            case "plain" -> stock(port, InsecureChannelCredentials.create()).build();
            case "plain-tls" -> stock(port, TlsChannelCredentials.newBuilder().trustManager(ca.toFile()).build()).build();
            default -> throw new IllegalArgumentException(way);
        };
    }

    private static ManagedChannel dialed(int port, Dialer dialer) {
        return stock(port, InsecureChannelCredentials.create())
                .socketFactory(new DialingSocketFactory(dialer, Duration.ofSeconds(5)))
                .proxyDetector(_ -> null)
                .build();
    }

    private static OkHttpChannelBuilder stock(int port, ChannelCredentials credentials) {
        return OkHttpChannelBuilder.forAddress("127.0.0.1", port, credentials)
                .overrideAuthority("server.dc1.consul")
                .executor(THREADS).transportExecutor(THREADS);
    }

    private void echo() {
        var message = new byte[GrpcBytes.MESSAGE_BYTES];
        int length = ClientCalls.blockingUnaryCall(channel, GrpcBytes.ECHO, CallOptions.DEFAULT, message).length;
        if (length != GrpcBytes.MESSAGE_BYTES) {
            throw new IllegalStateException("an echo of " + length + " bytes");
        }
    }

    private String unary(Duration time) throws InterruptedException {
        var histograms = new ArrayList<Histogram>();
        var threads = new ArrayList<Thread>();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        for (int i = 0; i < CALLERS; i++) {
            var histogram = new Histogram();
            histograms.add(histogram);
            threads.add(Thread.startVirtualThread(() -> {
                for (long now = System.nanoTime(); now < end; ) {
                    echo();
                    long after = System.nanoTime();
                    histogram.add(after - now);
                    now = after;
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        long nanos = System.nanoTime() - begin;
        var all = new Histogram();
        histograms.forEach(all::merge);
        return all.count() + " " + nanos + " " + all.quantile(0.50) + " " + all.quantile(0.99);
    }

    private String stream(Duration time) throws InterruptedException {
        var messages = new LongAdder();
        var ended = new CountDownLatch(CALLERS);
        var calls = new ArrayList<ClientCall<byte[], byte[]>>();
        long begin = System.nanoTime();
        for (int i = 0; i < CALLERS; i++) {
            calls.add(download(messages, ended));
        }
        Thread.sleep(time);
        long count = messages.sum();
        long nanos = System.nanoTime() - begin;
        calls.forEach(call -> call.cancel("enough", null));
        ended.await();
        return count + " " + nanos + " 0 0";
    }

    private ClientCall<byte[], byte[]> download(LongAdder messages, CountDownLatch ended) {
        var call = channel.newCall(GrpcBytes.DOWNLOAD, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                messages.increment();
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended.countDown();
            }
        }, new Metadata());
        call.request(AHEAD);
        call.sendMessage(new byte[0]);
        call.halfClose();
        return call;
    }
}
