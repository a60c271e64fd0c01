package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.HealthClient;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.Codec;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul watch`: prints what is there, and each change, until the process is told to end.
final class WatchCommand implements Command {
    private static final List<Kind<?>> KINDS = List.of(
            new Kind<>("service", true, (client, options, name) -> client.health().with(options).watchService(name),
                    list(CheckServiceNode.CODEC), parts(WatchCommand::name)),
            new Kind<>("key", true, (client, options, name) -> client.kv().with(options).watch(name),
                    optional(DirEntry.CODEC), entry -> entry.map(one -> Map.of(one.key(), one)).orElse(Map.of())),
            new Kind<>("prefix", true, (client, options, name) -> client.kv().with(options).watchPrefix(name),
                    list(DirEntry.CODEC), parts(DirEntry::key)),
            new Kind<>("nodes", false, (client, options, name) -> client.catalog().with(options).watchNodes(),
                    list(Node.CODEC), parts(Node::node)),
            new Kind<>("services", false, (client, options, name) -> client.catalog().with(options).watchServices(),
                    tags -> tags, tags -> tags),
            new Kind<>("checks", false,
                    (client, options, name) -> client.health().with(options).watchChecks(HealthClient.State.ANY),
                    list(HealthCheck.CODEC), parts(check -> check.node() + "/" + check.checkID())));

    private final CommandSpec spec = CommandSpec.create().name("watch");

    WatchCommand() {
        Help.of(spec, "Print what the server holds of something, and each change.",
                "Prints the present state first; each line is JSON: where it came from, index, what is added, changed and "
                        + "removed, and the value. Goes on until SIGINT, also when the server goes away and comes back.",
                "proconsul watch service web",
                "proconsul watch key config/a",
                "proconsul watch -count 1 prefix config/",
                "proconsul watch nodes");
        ConnectionOptions.declare(spec);
        Options.text(spec, "count", "N", "Leave after this many lines.");
        Options.parameter(spec, "1", "service|key|prefix|nodes|services|checks", "What to watch.");
        Options.parameter(spec, "0..1", "NAME", "Of the service or key, or what keys begin with.");
    }

    /// Begins a watch.
    private interface Opening<T> {
        Watch<T> open(RpcClient client, CallOptions options, String name);
    }

    /// Something that can be watched.
    ///
    /// @param word    that names it
    /// @param named   whether it needs a name
    /// @param opening begins to watch it
    /// @param view    how it looks in JSON
    /// @param parts   what it consists of, by name
    private record Kind<T>(String word, boolean named, Opening<T> opening, Function<T, @Nullable Object> view,
            Function<T, Map<String, ?>> parts) {
        void print(RpcClient client, CallOptions options, String name, int count, Terminal terminal)
                throws CommandFailure, InterruptedException {
            try (var watch = opening.open(client, options, name)) {
                var printer = new WatchPrinter<>(view, parts, count, terminal);
                watch.listen(printer);
                printer.await();
            }
        }
    }

    private static <T> Function<List<T>, @Nullable Object> list(Codec<T> codec) {
        return values -> values.stream().<@Nullable Object>map(codec::toJson).toList();
    }

    private static <T> Function<List<T>, Map<String, ?>> parts(Function<T, String> name) {
        return values -> {
            var parts = new LinkedHashMap<String, T>();
            values.forEach(value -> parts.put(name.apply(value), value));
            return parts;
        };
    }

    private static String name(CheckServiceNode instance) {
        var node = instance.node();
        var service = instance.service();
        return (node == null ? "" : node.node()) + "/" + (service == null ? "" : service.id());
    }

    private static <T> Function<Optional<T>, @Nullable Object> optional(Codec<T> codec) {
        return value -> value.map(codec::toJson).orElse(null);
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var kind = kind(args.matchedPositionalValue(0, ""));
        var name = args.matchedPositionalValue(1, "");
        if (kind.named != args.hasMatchedPositional(1)) {
            throw new UsageError(kind.named ? "watch " + kind.word + " needs NAME"
                    : "watch " + kind.word + " does not know what to do with '" + name + "'");
        }
        int count = Options.number(args, "count", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        var options = ConnectionOptions.callOptions(args);
        try (var client = ConnectionOptions.connect(args)) {
            terminal.err().println("watching " + kind.word + (kind.named ? " '" + name + "'" : "") + " at "
                    + ConnectionOptions.serversText(args));
            kind.print(client, options, name, count, terminal);
            return CommandLineTool.OK;
        }
    }

    private static Kind<?> kind(String word) throws UsageError {
        var words = KINDS.stream().map(Kind::word).toList();
        return KINDS.stream().filter(kind -> kind.word.equals(word)).findFirst().orElseThrow(
                () -> new UsageError("cannot watch '" + word + "', only "
                        + words.stream().limit(words.size() - 1).collect(Collectors.joining(", ")) + " or "
                        + words.getLast() + Nearest.suggestion(word, words)));
    }
}
