package dev.proconsul.rpc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Who takes part. Three environment variables help those who tune:
///
/// - `BENCH_MUX_JAR`: class path entries to be preferred to what was built with this module, say another multiplexer
/// - `BENCH_BASE_JAR`: the same for one more contender, `base`, to compare with
/// - `BENCH_JAVA_OPTS`: options of the JVM, for all contenders that have one
final class Contenders {
    static final String OURS = "proconsul";
    static final String BASE = "base";
    static final String GO = "go-yamux";
    /// Those of whom each process has one processor: see [Options#one].
    static final String OURS_ONE = "proconsul-1";
    static final String GO_ONE = "go-yamux-1";
    static final String TCP = "tcp";
    static final String TCP_DIRECT = "tcp-direct";

    private static final long IDLE_TURNS = 3;
    private static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

    private final GoPeer peer;
    private final boolean one;
    private final List<String> only;

    private Contenders(GoPeer peer, boolean one, List<String> only) {
        this.peer = peer;
        this.one = one;
        this.only = only;
    }

    /// @param module directory of this module
    /// @param one    whether [#OURS_ONE] and [#GO_ONE] are among all
    /// @param only   names of those who take part; empty for all
    static Contenders of(Path module, boolean one, List<String> only) throws IOException, InterruptedException {
        return new Contenders(GoPeer.build(module), one, only);
    }

    /// {@return those of some scenarios, ours first}
    List<Contender.Kind> of(Scenario.Family family) {
        var all = switch (family) {
            case RPC -> Stream.of(
                            Stream.of(rpc(OURS, muxJar())),
                            baseJar().map(jar -> rpc(BASE, jar)),
                            Stream.of(go("bench-server", "bench")))
                    .flatMap(kinds -> kinds);
            case MUX -> Stream.of(
                            Stream.of(mux(OURS, muxJar())),
                            baseJar().map(jar -> mux(BASE, jar)),
                            Stream.of(go("mux-server", "mux")),
                            Stream.of(mux(OURS_ONE, muxJar(), ONE_CARRIER), goOnOne("mux-server", "mux"))
                                    .filter(this::isWanted),
                            Stream.of(tcp(TCP, Wire.TCP, Scenario::suitsTcp),
                                    tcp(TCP_DIRECT, Wire.TCP_DIRECT, Scenario::isBulk)))
                    .flatMap(kinds -> kinds);
        };
        return all.filter(kind -> only.isEmpty() || only.contains(kind.name())).toList();
    }

    private boolean isWanted(Contender.Kind kind) {
        return one || only.contains(kind.name());
    }

    /// {@return how many turns the scenarios have together}
    long turns(List<Scenario> scenarios) {
        return scenarios.stream()
                .mapToLong(scenario -> turns(scenario, of(scenario.family()).stream().filter(kind -> kind.suits(scenario)).count()))
                .sum();
    }

    /// {@return how many turns so many contenders have in a scenario; memory takes several times as long as load}
    static long turns(Scenario scenario, long contenders) {
        return scenario == Scenario.MUX_IDLE ? IDLE_TURNS * contenders : contenders;
    }

    private static String muxJar() {
        var jar = System.getenv("BENCH_MUX_JAR");
        return jar == null ? "" : jar;
    }

    private static Stream<String> baseJar() {
        return Stream.ofNullable(System.getenv("BENCH_BASE_JAR"));
    }

    private static Contender.Kind rpc(String name, String jar) {
        return new Contender.Kind(name, true, true, _ -> true,
                java(jar, BenchServer.class), java(jar, BenchClient.class));
    }

    private Contender.Kind go(String server, String client) {
        return new Contender.Kind(GO, false, true, _ -> true, peer.command(server), peer.command(client));
    }

    private Contender.Kind goOnOne(String server, String client) {
        return new Contender.Kind(GO_ONE, false, true, _ -> true,
                onOne(peer.command(server)), onOne(peer.command(client)));
    }

    private static List<String> onOne(List<String> command) {
        return Stream.concat(Stream.of("env", "GOMAXPROCS=1"), command.stream()).toList();
    }

    private static Contender.Kind mux(String name, String jar, String... options) {
        return java(name, jar, true, Wire.YAMUX, _ -> true, options);
    }

    private static Contender.Kind tcp(String name, Wire wire, Predicate<Scenario> suits) {
        return java(name, "", false, wire, suits);
    }

    private static Contender.Kind java(String name, String jar, boolean multiplexing, Wire wire, Predicate<Scenario> suits,
            String... options) {
        var server = java(jar, MuxServer.class, wire.name());
        var client = java(jar, MuxClient.class, wire.name());
        server.addAll(1, List.of(options));
        client.addAll(1, List.of(options));
        return new Contender.Kind(name, true, multiplexing, suits, server, client);
    }

    /// The same Java as this process, and the same class path after what is to be preferred.
    private static List<String> java(String preferred, Class<?> main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        var options = System.getenv("BENCH_JAVA_OPTS");
        if (options != null && !options.isBlank()) {
            command.addAll(List.of(options.strip().split("\\s+")));
        }
        var classPath = System.getProperty("java.class.path");
        command.addAll(List.of("-cp", preferred.isEmpty() ? classPath : preferred + File.pathSeparator + classPath));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
