package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.KvClient;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.structs.DirEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul watch`: prints what is there, and each change, until the process is told to end.
final class WatchCommand implements Command {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final CommandSpec spec = CommandSpec.create().name("watch");

    WatchCommand() {
        spec.usageMessage().description(
                "Print the present state of a key or prefix, and each change, one line of JSON each. Ends by SIGINT.");
        ConnectionOptions.declare(spec);
        Options.number(spec, "count", "N", "Leave after this many lines.");
        spec.addPositional(PositionalParamSpec.builder().index("0").arity("1").paramLabel("key|prefix").type(String.class)
                .description("What to watch.").build());
        spec.addPositional(PositionalParamSpec.builder().index("1").arity("1").paramLabel("NAME").type(String.class)
                .description("The key, or what keys begin with.").build());
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var kind = args.matchedPositionalValue(0, "");
        var name = args.matchedPositionalValue(1, "");
        int count = Options.number(args, "count").orElse(Integer.MAX_VALUE);
        try (var client = ConnectionOptions.connect(args)) {
            var kv = client.kv().with(ConnectionOptions.callOptions(args));
            terminal.err().println("watching " + kind + " " + name + " by blocking query");
            switch (kind) {
                case "key" -> follow(kv.watch(name), count, WatchCommand::entry, terminal);
                case "prefix" -> follow(kv.watchPrefix(name), count, WatchCommand::entries, terminal);
                default -> throw new UsageError("cannot watch a " + kind + Nearest.suggestion(kind, List.of("key", "prefix"))
                        + " (known: key, prefix)");
            }
            return CommandLineTool.OK;
        }
    }

    private static <T> void follow(Watch<T> watch, int count, Function<T, @Nullable Object> view, Terminal terminal)
            throws CommandFailure, InterruptedException {
        var pause = FIRST_PAUSE;
        for (int lines = 0; lines < count; ) {
            try {
                var answer = watch.next();
                var line = new LinkedHashMap<String, @Nullable Object>();
                line.put("Index", answer.index());
                line.put("Value", view.apply(answer.value()));
                terminal.out().println(JsonText.printLine(line));
                terminal.out().flush();
                pause = FIRST_PAUSE;
                lines++;
            } catch (CallException.Refused e) {
                throw new CommandFailure("the server says: " + e.getMessage());
            } catch (CallException e) {
                pause = pauseAfter(e, pause, terminal);
            }
        }
    }

    /// Waits longer after each failure in a row, up to half a minute, and not all watchers of a server alike.
    private static Duration pauseAfter(CallException e, Duration pause, Terminal terminal) throws InterruptedException {
        var jittered = pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis()));
        terminal.err().println(e.getMessage() + "; next try in " + jittered.toMillis() + " ms");
        Thread.sleep(jittered);
        var longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    private static @Nullable Object entry(Optional<DirEntry> entry) {
        return entry.map(DirEntry.CODEC::toJson).orElse(null);
    }

    private static List<@Nullable Object> entries(List<DirEntry> entries) {
        return entries.stream().<@Nullable Object>map(DirEntry.CODEC::toJson).toList();
    }
}
