package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.transport.tls.TcpDialer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Scenario `stream`: what it costs a server to keep 10,000 subscribers of 100 services current while there are 100
/// changes in a second, by streams of events and by blocking queries. The server is a process of its own, subscribers are
/// in this one. The script `rpc-bench/bench` starts it.
public final class StreamBench {
    private static final int SUBSCRIBERS = 10_000;
    private static final int SERVICES = 100;
    /// Of a service, unless the command line has another number: 10,000 subscribers that are instances themselves, and
    /// of which each is subscribed to five services, are 2,000 instances of these 100.
    private static final int USUAL_INSTANCES = 20;
    private static final int CHANGES_PER_SECOND = 100;
    /// How many times faster changes come before anything is measured: the compiler is to be done by then.
    private static final int HURRY = 2;
    private static final int MOST_WARM_UPS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CallOptions QUERIES =
            CallOptions.DEFAULT.withWatching(WatchOptions.DEFAULT.withStreams(false));

    private final Child server;
    private final ClientConfig config;
    private final RpcClient writer;
    private final int instances;
    private int changes;

    private StreamBench(Child server, ClientConfig config, RpcClient writer, int instances) {
        this.server = server;
        this.config = config;
        this.writer = writer;
        this.instances = instances;
    }

    /// @param cpu        processor time of the server
    /// @param took       time that it was measured for
    /// @param deliveries changes that subscribers have heard of
    /// @param bytes      between server and subscribers, both ways
    private record Cost(Duration cpu, Duration took, long deliveries, long bytes) {
        double microsEach() {
            return cpu.toNanos() / 1e3 / Math.max(1, deliveries);
        }

        double bytesEach() {
            return (double) bytes / Math.max(1, deliveries);
        }

        double share() {
            return (double) cpu.toNanos() / took.toNanos();
        }
    }

    /// @param nobody     what the changes cost while nobody hears of them
    /// @param held       bytes of the server for an open call that holds nothing
    /// @param subscribed bytes of the server for a subscription
    private record Result(Cost nobody, Cost streams, Cost queries, double held, double subscribed) {}

    /// Measures and prints.
    ///
    /// @param args the directory of this module, `stream`, and perhaps `--quick` and `--instances=NUMBER`
    public static void main(String[] args) {
        var options = List.of(args).subList(2, args.length);
        boolean quick = options.contains("--quick");
        int instances = instances(options);
        try (var child = Child.start("server", java())) {
            var config = ClientConfig.of(child.expect("listening", PATIENCE).split(" ")[0]);
            try (var writer = RpcClient.connect(config)) {
                report(Path.of(args[0]), instances, new StreamBench(child, config, writer, instances).run(quick));
            }
            System.exit(0);
        } catch (IOException | CallException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    private static int instances(List<String> options) {
        int instances = USUAL_INSTANCES;
        for (var option : options) {
            if (option.matches("--instances=[1-9][0-9]{0,2}")) {
                instances = Integer.parseInt(option.substring(option.indexOf('=') + 1));
            } else if (!option.equals("--quick")) {
                System.err.println("bench: what is " + option + "? Expected --quick or --instances=NUMBER (1 to 999)");
                System.exit(2);
            }
        }
        return instances;
    }

    private static List<String> java() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-Xmx1g"));
        var options = System.getenv("BENCH_JAVA_OPTS");
        if (options != null && !options.isBlank()) {
            command.addAll(List.of(options.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), StreamServer.class.getName()));
        return command;
    }

    private Result run(boolean quick) throws IOException, CallException, InterruptedException {
        for (int i = 0; i < SERVICES * instances; i++) {
            register(i % SERVICES, i / SERVICES, "passing");
        }
        var time = Duration.ofSeconds(quick ? 5 : 10);
        say("changes that nobody hears of");
        warmUp(time, () -> 0);
        say("changes that nobody hears of: measuring");
        var nobody = measure(time.dividedBy(2), () -> 0, () -> 0);
        say("streams");
        holdSome(SUBSCRIBERS / 10); // what is needed once does not count
        double held = holdSome(SUBSCRIBERS);
        var dialer = new CountingDialer(new TcpDialer());
        Cost streams;
        double subscribed;
        try (var calls = new StreamCalls(config.server(), dialer)) {
            long before = serverBytes();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                calls.subscribe(service(i % SERVICES));
            }
            await("subscriptions", SUBSCRIBERS);
            awaitQuiet(calls::messages, (long) SUBSCRIBERS * (instances + 1));
            subscribed = (double) (serverBytes() - before) / SUBSCRIBERS;
            warmUp(time, calls::messages);
            say("streams: measuring");
            streams = measure(time, calls::messages, dialer::bytes);
        }
        await("subscriptions", 0);
        return new Result(nobody, streams, queries(time), held, subscribed);
    }

    private double holdSome(int number) throws IOException, InterruptedException {
        double bytes;
        try (var calls = new StreamCalls(config.server(), new TcpDialer())) {
            long before = serverBytes();
            for (int i = 0; i < number; i++) {
                calls.hold();
            }
            awaitQuiet(calls::messages, number);
            bytes = (double) (serverBytes() - before) / number;
        }
        await("streams", 0);
        return bytes;
    }

    /// As many connections as the streams have: how much goes into one write depends on that.
    private Cost queries(Duration time) throws IOException, CallException, InterruptedException {
        var told = new LongAdder();
        var dialer = new CountingDialer(new TcpDialer());
        var clients = new ArrayList<RpcClient>();
        try {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                if (i % StreamCalls.STREAMS_OF_A_CHANNEL == 0) {
                    clients.add(RpcClient.connect(config, dialer));
                }
                clients.getLast().health().with(QUERIES).watchService(service(i % SERVICES))
                        .listen(_ -> told.increment());
            }
            awaitQuiet(told::sum, SUBSCRIBERS);
            await("waiting", SUBSCRIBERS);
            say("blocking queries");
            warmUp(time, told::sum);
            say("blocking queries: measuring");
            return measure(time, told::sum, dialer::bytes);
        } finally {
            clients.forEach(RpcClient::close);
        }
    }

    private static void say(String progress) {
        System.err.println("bench: " + progress);
    }

    private static String service(int number) {
        return "service-" + number;
    }

    private void register(int service, int instance, String status) throws CallException, InterruptedException {
        var id = service(service) + "-" + instance;
        writer.catalog().register(RegisterRequest.ZERO.withNode("node-" + instance).withAddress("10.0.0." + instance)
                .withSkipNodeUpdate(true)
                .withService(NodeService.ZERO.withId(id).withService(service(service)).withPort(8080)
                        .withTags(List.of("v1", "primary")))
                .withChecks(List.of(HealthCheck.ZERO.withNode("node-" + instance).withCheckID(id).withName("alive")
                        .withServiceID(id).withStatus(status).withOutput("HTTP GET http://10.0.0.1/: 200 OK"))));
    }

    /// Makes changes quickly until the server's compiler has next to nothing left to do: it goes on for long, and would
    /// be counted.
    private void warmUp(Duration time, LongSupplier deliveries)
            throws IOException, CallException, InterruptedException {
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            long compiling = ask("compiling");
            hurry(time, deliveries);
            if (ask("compiling") - compiling <= time.toMillis() / 50) {
                return;
            }
        }
    }

    /// Makes changes quickly for a while, and waits until everybody has heard of them.
    private void hurry(Duration time, LongSupplier deliveries) throws CallException, InterruptedException {
        change(time, HURRY * CHANGES_PER_SECOND);
        long before;
        do {
            before = deliveries.getAsLong();
            Thread.sleep(300);
        } while (deliveries.getAsLong() != before);
    }

    /// Makes so many changes in each second for a while.
    private void change(Duration time, int perSecond) throws CallException, InterruptedException {
        long start = System.nanoTime();
        int number = (int) (time.toMillis() * perSecond / 1_000);
        for (int i = 0; i < number; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
            long early = due - System.nanoTime();
            if (early > 0) {
                TimeUnit.NANOSECONDS.sleep(early);
            }
            changes++;
            register(changes % SERVICES, 0, changes / SERVICES % 2 == 0 ? "passing" : "critical");
        }
    }

    private Cost measure(Duration time, LongSupplier deliveries, LongSupplier bytes)
            throws IOException, CallException, InterruptedException {
        long cpu = ask("cpu");
        long delivered = deliveries.getAsLong();
        long carried = bytes.getAsLong();
        long start = System.nanoTime();
        change(time, CHANGES_PER_SECOND);
        return new Cost(Duration.ofNanos(ask("cpu") - cpu), Duration.ofNanos(System.nanoTime() - start),
                deliveries.getAsLong() - delivered, bytes.getAsLong() - carried);
    }

    private long ask(String what) throws IOException, InterruptedException {
        server.say(what);
        return Long.parseLong(server.expect("", PATIENCE));
    }

    private long serverBytes() throws IOException, InterruptedException {
        server.say("memory");
        return Memory.parse(server.expect("", PATIENCE)).live();
    }

    private void await(String what, long number) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long now = ask(what); now != number; now = ask(what)) {
            if (System.nanoTime() > end) {
                throw new IOException("the server has " + now + " " + what + " instead of " + number);
            }
            Thread.sleep(10);
        }
    }

    private static void awaitQuiet(LongSupplier count, long number) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (count.getAsLong() < number) {
            if (System.nanoTime() > end) {
                throw new IOException("heard " + count.getAsLong() + " times instead of " + number);
            }
            Thread.sleep(10);
        }
    }

    private static void report(Path module, int instances, Result result) throws IOException {
        var streams = result.streams;
        var queries = result.queries;
        double cpuRatio = queries.microsEach() / streams.microsEach();
        double without = result.nobody.share();
        double netRatio = (queries.share() - without) / queries.deliveries * queries.took.toNanos()
                / ((streams.share() - without) / streams.deliveries * streams.took.toNanos());
        double byteRatio = queries.bytesEach() / streams.bytesEach();
        double beyond = result.subscribed - result.held;
        var text = String.format(Locale.ROOT, """
                stream: %,d subscribers of %d services with %d instances each, %d changes in a second
                                      streams   blocking queries
                  deliveries in 1 s %,9.0f          %,9.0f   (%,d are due)
                  server, CPUs      %9.2f          %9.2f      %.2f while nobody hears of the changes;
                                                              %s
                  CPU of a delivery %9.2f µs       %9.2f µs   %.1f times as much
                  bytes of one      %9.0f          %9.0f      %.1f times as much
                  memory of an idle subscriber at the server: %,.0f bytes; %,.0f beyond an open call that holds nothing
                """, SUBSCRIBERS, SERVICES, instances, CHANGES_PER_SECOND,
                rate(streams), rate(queries), SUBSCRIBERS / SERVICES * CHANGES_PER_SECOND,
                streams.share(), queries.share(), without,
                netRatio > 0 ? String.format(Locale.ROOT, "%.1f times as much without these", netRatio)
                        : "which was more than with streams: the machine was not quiet",
                streams.microsEach(), queries.microsEach(), cpuRatio,
                streams.bytesEach(), queries.bytesEach(), byteRatio, result.subscribed, beyond);
        var json = String.format(Locale.ROOT, "{\"scenario\":\"stream\",\"subscribers\":%d,\"instances\":%d,"
                        + "\"cpu_us\":%.2f,\"query_cpu_us\":%.2f,\"cpu_ratio\":%.1f,"
                        + "\"net_cpu_ratio\":%.1f,\"bytes\":%.0f,\"query_bytes\":%.0f,\"byte_ratio\":%.1f,"
                        + "\"bytes_subscriber\":%.0f,\"bytes_beyond_transport\":%.0f}",
                SUBSCRIBERS, instances, streams.microsEach(), queries.microsEach(), cpuRatio, netRatio,
                streams.bytesEach(), queries.bytesEach(), byteRatio, result.subscribed, beyond);
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve("stream.txt"), text);
        Files.writeString(directory.resolve("stream.json"), json + "\n");
        System.out.print(text);
        System.out.println(json);
    }

    private static double rate(Cost cost) {
        return cost.deliveries * 1e9 / cost.took.toNanos();
    }
}
