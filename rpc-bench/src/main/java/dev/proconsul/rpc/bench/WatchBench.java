package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.structs.DirEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Scenario `watch`: what 10,000 watches on one connection cost while nothing happens, and how soon they tell of a
/// change. The server is a process of its own, the watches are in this one. The script `rpc-bench/bench` starts it.
public final class WatchBench {
    private static final int WATCHES = 10_000;
    private static final int FIRST = WATCHES / 100;
    private static final int WARM = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double MEBI = 1 << 20;

    private final Child server;
    private final RpcClient client;
    private final RpcClient writer;
    private final LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();

    private WatchBench(Child server, RpcClient client, RpcClient writer) {
        this.server = server;
        this.client = client;
        this.writer = writer;
    }

    /// @param client bytes in the process of the watches
    /// @param server bytes in the other one
    /// @param one    times from the beginning of a write until the one watch of its key has told of it
    /// @param all    times from the beginning of a write until all watches have told of it
    /// @param freed  from closing all watches until the server holds none
    private record Result(Memory client, Memory server, Histogram one, Histogram all, Duration freed) {}

    /// Measures and prints.
    ///
    /// @param args the directory of this module, `watch`, and perhaps `--quick`
    public static void main(String[] args) {
        boolean quick = Arrays.asList(args).contains("--quick");
        try (var child = Child.start("server", java(WatchServer.class.getName()))) {
            var address = child.expect("listening", PATIENCE).split(" ")[0];
            try (var client = RpcClient.connect(ClientConfig.of(address));
                    var writer = RpcClient.connect(ClientConfig.of(address))) {
                report(Path.of(args[0]), new WatchBench(child, client, writer).run(quick));
            }
        } catch (IOException | CallException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(130);
        }
    }

    private static List<String> java(String main) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-Xmx512m", "-cp", System.getProperty("java.class.path"), main);
    }

    private Result run(boolean quick) throws IOException, CallException, InterruptedException {
        for (int i = 0; i < WATCHES; i++) {
            write(key(i));
        }
        write(key(WATCHES));
        warmUp(quick ? 4 : 20);
        var few = open(FIRST, false); // what is needed once does not count
        var clientBefore = Memory.used();
        var serverBefore = serverMemory();
        var many = open(WATCHES, false);
        var clientMemory = Memory.used().minus(clientBefore);
        var serverMemory = serverMemory().minus(serverBefore);
        close(few, WATCHES);

        var one = wakeOne(quick ? 2_000 : 10_000, WATCHES);
        var freed = close(many, 0);
        var same = open(WATCHES, true);
        var all = wakeAll(quick ? 10 : 50, WATCHES);
        close(same, 0);
        return new Result(clientMemory, serverMemory, one, all, freed);
    }

    /// A stack that waits is as big as the code that waits in it; compiled code takes a third of what interpreted takes.
    private void warmUp(int times) throws IOException, CallException, InterruptedException {
        var watches = open(WARM, false);
        for (int i = 0; i < times; i++) {
            wakeOne(WARM, WARM);
        }
        close(watches, 0);
        var same = open(WARM, true);
        for (int i = 0; i < times; i++) {
            wakeAll(1, WARM);
        }
        close(same, 0);
    }

    private static String key(int number) {
        return "watched/" + number;
    }

    /// A key's value is the time at which it is written.
    private void write(String key) throws CallException, InterruptedException {
        writer.kv().put(key, ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).array());
    }

    /// Opens watches, and waits until all are known to wait at the server.
    /// @param same whether all watch one key, or each its own
    private List<Watch<Optional<DirEntry>>> open(int number, boolean same)
            throws IOException, InterruptedException {
        var watches = new ArrayList<Watch<Optional<DirEntry>>>();
        long before = waiting();
        for (int i = 0; i < number; i++) {
            var watch = client.kv().watch(key(same ? WATCHES : i));
            watch.listen(update -> told.add(System.nanoTime() - written(update.value())));
            watches.add(watch);
        }
        for (int i = 0; i < number; i++) {
            nextTold();
        }
        awaitWaiting(before + number);
        return watches;
    }

    private static long written(Optional<DirEntry> entry) {
        return ByteBuffer.wrap(entry.orElseThrow().value().toByteArray()).getLong();
    }

    private long nextTold() throws IOException, InterruptedException {
        var nanos = told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (nanos == null) {
            throw new IOException("a watch has told nothing for " + PATIENCE.toSeconds() + " s");
        }
        return nanos;
    }

    private Histogram wakeOne(int times, int among) throws IOException, CallException, InterruptedException {
        var histogram = new Histogram();
        for (int i = 0; i < times; i++) {
            write(key(i * 7 % among));
            histogram.add(nextTold());
        }
        return histogram;
    }

    private Histogram wakeAll(int times, int watches) throws IOException, CallException, InterruptedException {
        var histogram = new Histogram();
        for (int i = 0; i < times; i++) {
            write(key(WATCHES));
            long last = 0;
            for (int watch = 0; watch < watches; watch++) {
                last = Math.max(last, nextTold());
            }
            histogram.add(last);
            awaitWaiting(watches);
        }
        return histogram;
    }

    /// @param left how many are still open then
    private Duration close(List<Watch<Optional<DirEntry>>> watches, int left) throws IOException, InterruptedException {
        long start = System.nanoTime();
        watches.forEach(Watch::close);
        awaitWaiting(left);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private long waiting() throws IOException, InterruptedException {
        server.say("waiting");
        return Long.parseLong(server.expect("", PATIENCE));
    }

    private void awaitWaiting(long number) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long now = waiting(); now != number; now = waiting()) {
            if (System.nanoTime() > end) {
                throw new IOException("the server holds " + now + " blocking queries instead of " + number);
            }
            Thread.sleep(1);
        }
    }

    private Memory serverMemory() throws IOException, InterruptedException {
        server.say("memory");
        return Memory.parse(server.expect("", PATIENCE));
    }

    private static void report(Path module, Result result) throws IOException {
        double client = result.client.live();
        double server = result.server.live();
        var text = String.format(Locale.ROOT, """
                watch: %,d watches on one connection, each of a key of its own
                  live bytes      client %6.1f MiB (%,.0f for each), server %6.1f MiB (%,.0f for each), both %.1f MiB
                  resident        client %6.1f MiB, server %6.1f MiB
                  one is woken    p50 %.3f ms, p99 %.3f ms  (write to listener, one at a time)
                  all are woken   p50 %.1f ms, p99 %.1f ms  (one key, until the last of them has told)
                  all are closed  %.0f ms until the server holds none
                """, WATCHES, client / MEBI, client / WATCHES, server / MEBI, server / WATCHES, (client + server) / MEBI,
                result.client.resident() / MEBI, result.server.resident() / MEBI,
                millis(result.one, 0.5), millis(result.one, 0.99), millis(result.all, 0.5), millis(result.all, 0.99),
                result.freed.toNanos() / 1e6);
        var json = String.format(Locale.ROOT, "{\"scenario\":\"watch\",\"watches\":%d,\"client_bytes\":%.0f,"
                        + "\"server_bytes\":%.0f,\"wake_one_p50_ms\":%.3f,\"wake_one_p99_ms\":%.3f,\"wake_all_p50_ms\":%.1f,"
                        + "\"wake_all_p99_ms\":%.1f,\"freed_ms\":%.0f}",
                WATCHES, client, server, millis(result.one, 0.5), millis(result.one, 0.99), millis(result.all, 0.5),
                millis(result.all, 0.99), result.freed.toNanos() / 1e6);
        var directory = Files.createDirectories(module.resolve("target/results"));
        Files.writeString(directory.resolve("watch.txt"), text);
        Files.writeString(directory.resolve("watch.json"), json + "\n");
        System.out.print(text);
        System.out.println(json);
    }

    private static double millis(Histogram times, double part) {
        return times.quantile(part) / 1e6;
    }
}
