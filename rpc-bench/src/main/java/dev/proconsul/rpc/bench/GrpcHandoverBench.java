package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.transport.tls.CertificateAuthority;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Plan;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Subject;
import dev.proconsul.rpc.transport.tls.CertificateAuthority.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Scenario `grpc-handover`: what it costs that gRPC comes through our port, and not through one of its own. The script
/// `rpc-bench/bench` starts it.
///
/// Each contender is a server and a client process. In each comparison they take turns, round by round.
public final class GrpcHandoverBench {
    private static final String TITLE = "grpc-handover";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Path certificates;
    private final Duration warmUp;
    private final Duration round;
    private final int rounds;
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final StringBuilder tables = new StringBuilder();

    private GrpcHandoverBench(Path certificates, boolean quick) {
        this.certificates = certificates;
        this.warmUp = Duration.ofMillis(quick ? 1_500 : 6_000);
        this.round = Duration.ofMillis(quick ? 600 : 1_500);
        this.rounds = quick ? 3 : 7;
    }

    /// Runs.
    ///
    /// @param args the directory of this module, and perhaps `--quick` and `--doors` (gRPC's other doors as well)
    /// @throws IOException          when a process cannot be started, or says something else than its figures
    /// @throws InterruptedException when this process is ended
    public static void main(String[] args) throws IOException, InterruptedException {
        var words = Arrays.asList(args);
        var results = Files.createDirectories(Path.of(args[0]).resolve("target/results"));
        var certificates = Files.createTempDirectory("grpc-handover");
        writeCertificates(certificates);
        var bench = new GrpcHandoverBench(certificates, words.contains("--quick"));
        try {
            bench.clear(words.contains("--doors"));
            bench.tls();
        } finally {
            for (var name : List.of("ca.pem", "server.pem", "server-key.pem")) {
                Files.deleteIfExists(certificates.resolve(name));
            }
            Files.deleteIfExists(certificates);
        }
        Files.writeString(results.resolve(TITLE + ".txt"), bench.tables);
        Files.writeString(results.resolve(TITLE + ".json"), bench.json() + "\n");
        System.out.println("\n" + bench.json());
    }

    private static void writeCertificates(Path directory) throws IOException {
        var authority = CertificateAuthority.create(new Plan("", Duration.ofDays(2), List.of(), ""), Instant.now());
        var server = authority.issue(new Subject(Usage.SERVER, "server.dc1.consul",
                List.of("server.dc1.consul", "localhost"), List.of("127.0.0.1"), Duration.ofDays(1)), Instant.now());
        Files.writeString(directory.resolve("ca.pem"), authority.pem().certificate());
        Files.writeString(directory.resolve("server.pem"), server.certificate());
        var key = Base64.getMimeEncoder().encodeToString(BareTls.pkcs8(server.key()));
        Files.writeString(directory.resolve("server-key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }

    private void clear(boolean doors) throws IOException, InterruptedException {
        var pairs = new ArrayList<Pair>();
        try {
            pairs.add(start("our port", "port", "typed"));
            pairs.add(start("own port", "own", "plain"));
            if (doors) {
                pairs.add(start("netty own port", "netty", "plain"));
                pairs.add(start("netty handed over", "netty-door", "typed"));
            }
            compare("unary", "", pairs);
            compare("stream", "", pairs);
        } finally {
            pairs.forEach(Pair::close);
        }
    }

    private void tls() throws IOException, InterruptedException {
        var pairs = new ArrayList<Pair>();
        try {
            pairs.add(start("our port", "port", "typed-tls"));
            pairs.add(start("own port", "own-tls", "plain-tls"));
            compare("unary", "-tls", pairs);
            compare("stream", "-tls", pairs);
        } finally {
            pairs.forEach(Pair::close);
        }
    }

    /// A server and its client.
    private record Pair(String name, Child server, Child client) {
        Figures run(String workload, Duration time) throws IOException, InterruptedException {
            var before = cpu();
            client.say(workload + " " + time.toMillis());
            var words = client.expect("", time.plus(GRACE)).split(" ");
            double operations = Math.max(1, Long.parseLong(words[0]));
            double seconds = Long.parseLong(words[1]) / 1e9;
            return new Figures(operations / seconds, Long.parseLong(words[2]) / 1e3, Long.parseLong(words[3]) / 1e3,
                    cpu().minus(before).toNanos() / 1e3 / operations);
        }

        private Duration cpu() {
            return server.cpuTime().plus(client.cpuTime());
        }

        void close() {
            client.close();
            server.close();
        }
    }

    /// What a round gives; times in microseconds.
    private record Figures(double rate, double p50, double p99, double cpu) {
        static Figures median(List<Figures> all) {
            return new Figures(middle(all.stream().mapToDouble(Figures::rate).toArray()),
                    middle(all.stream().mapToDouble(Figures::p50).toArray()),
                    middle(all.stream().mapToDouble(Figures::p99).toArray()),
                    middle(all.stream().mapToDouble(Figures::cpu).toArray()));
        }

        private static double middle(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }
    }

    private Pair start(String name, String server, String client) throws IOException, InterruptedException {
        var serving = Child.start(name + " server", java(GrpcBenchServer.class, server, certificates.toString()));
        try {
            var port = serving.expect("listening", START);
            var calling = Child.start(name + " client",
                    java(GrpcBenchClient.class, client, port, certificates.toString()));
            calling.expect("ready", START);
            return new Pair(name, serving, calling);
        } catch (IOException | InterruptedException e) {
            serving.close();
            throw e;
        }
    }

    /// The same Java and class path as this process. Netty wants sun.misc.Unsafe, the others do not notice.
    private static List<String> java(Class<?> main, String... args) {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private void compare(String workload, String kind, List<Pair> pairs) throws IOException, InterruptedException {
        var figures = new LinkedHashMap<String, List<Figures>>();
        for (var pair : pairs) {
            pair.run(workload, warmUp);
            figures.put(pair.name(), new ArrayList<>());
        }
        for (int i = 0; i < rounds; i++) {
            for (var pair : pairs) {
                figures.computeIfAbsent(pair.name(), _ -> new ArrayList<>()).add(pair.run(workload, round));
            }
        }
        var medians = new LinkedHashMap<String, Figures>();
        figures.forEach((name, all) -> medians.put(name, Figures.median(all)));
        var ours = medians.values().iterator().next();
        medians.forEach((name, figure) -> {
            if (figure != ours) {
                ratios.put(name.replace(' ', '-') + "-" + workload + kind, ours.rate() / figure.rate());
            }
        });
        print(workload + kind, medians, ours);
    }

    private void print(String what, Map<String, Figures> medians, Figures ours) {
        var text = new StringBuilder(String.format(Locale.ROOT, "%n%s %s, 64 callers on one connection%n", TITLE, what));
        text.append(String.format(Locale.ROOT, "%-18s %12s %10s %10s %12s %12s%n",
                "", "rate/s", "p50 us", "p99 us", "CPU us/op", "ours is"));
        medians.forEach((name, figure) -> text.append(String.format(Locale.ROOT,
                "%-18s %,12.0f %10.1f %10.1f %12.2f %12s%n", name, figure.rate(), figure.p50(), figure.p99(), figure.cpu(),
                figure == ours ? "" : String.format(Locale.ROOT, "%.2f times", ours.rate() / figure.rate()))));
        System.out.print(text);
        tables.append(text);
    }

    private String json() {
        return "{\"scenario\":\"%s\",\"ratio\":{%s}}".formatted(TITLE, ratios.entrySet().stream()
                .map(ratio -> String.format(Locale.ROOT, "\"%s\":%.3f", ratio.getKey(), ratio.getValue()))
                .collect(Collectors.joining(",")));
    }
}
