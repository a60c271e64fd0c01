package dev.proconsul.rpc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Who takes part. Three environment variables help those who tune the multiplexer:
///
/// - `BENCH_MUX_JAR`: class path entries to be used instead of the multiplexer that was built with this module
/// - `BENCH_BASE_JAR`: the same for one more contender, `base`, to compare with
/// - `BENCH_JAVA_OPTS`: options of the JVM, for all contenders that have one
final class Contenders {
    static final String OURS = "proconsul";
    static final String BASE = "base";
    static final String GO = "go-yamux";
    static final String TCP = "tcp";

    private final GoPeer peer;
    private final List<String> only;

    private Contenders(GoPeer peer, List<String> only) {
        this.peer = peer;
        this.only = only;
    }

    /// @param module directory of this module
    /// @param only   names of those who take part; empty for all
    static Contenders of(Path module, List<String> only) throws IOException, InterruptedException {
        return new Contenders(GoPeer.build(module), only);
    }

    /// {@return those of some scenarios, ours first}
    List<Contender.Kind> of(Scenario.Family family) {
        var base = System.getenv("BENCH_BASE_JAR");
        var all = switch (family) {
            case RPC -> Stream.of(
                    new Contender.Kind(OURS, true, true, java(muxJar(), BenchServer.class), java(muxJar(), BenchClient.class)),
                    new Contender.Kind(GO, false, true, peer.command("bench-server"), peer.command("bench")));
            case MUX, IDLE -> Stream.concat(
                    Stream.of(mux(OURS, muxJar(), Wire.YAMUX)),
                    Stream.concat(
                            Stream.ofNullable(base).map(jar -> mux(BASE, jar, Wire.YAMUX)),
                            Stream.of(
                                    new Contender.Kind(GO, false, true, peer.command("mux-server"), peer.command("mux")),
                                    mux(TCP, "", Wire.TCP))));
        };
        return all.filter(kind -> only.isEmpty() || only.contains(kind.name())).toList();
    }

    private static String muxJar() {
        var jar = System.getenv("BENCH_MUX_JAR");
        return jar == null ? "" : jar;
    }

    private static Contender.Kind mux(String name, String jar, Wire wire) {
        return new Contender.Kind(name, true, wire == Wire.YAMUX,
                java(jar, MuxServer.class, wire.name()), java(jar, MuxClient.class, wire.name()));
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
