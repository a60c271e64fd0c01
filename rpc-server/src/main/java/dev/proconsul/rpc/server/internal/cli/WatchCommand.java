package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.structs.DirEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul watch`: prints what is there, and each change, until the process is told to end.
final class WatchCommand implements Command {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final List<String> KINDS = List.of("key", "prefix");

    private final CommandSpec spec = CommandSpec.create().name("watch");
    private final Surroundings surroundings;

    WatchCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        Help.of(spec, "Print what a key or prefix holds, and each change.",
                "Prints the present state first; each line is JSON. Goes on until SIGINT. "
                        + "Watches by blocking query, and goes on when the server comes back after an absence.",
                "proconsul watch key config/a",
                "proconsul watch -count 1 prefix config/");
        ConnectionOptions.declare(spec);
        Options.text(spec, "count", "N", "Leave after this many lines.");
        Options.parameter(spec, "1", "key|prefix", "What to watch.");
        Options.parameter(spec, "1", "NAME", "The key, or what keys begin with.");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var kind = args.matchedPositionalValue(0, "");
        var name = args.matchedPositionalValue(1, "");
        int count = Options.number(args, "count", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        var options = ConnectionOptions.callOptions(args);
        var config = ConnectionOptions.config(args);
        if (!KINDS.contains(kind)) {
            throw new UsageError("cannot watch '" + kind + "', only a key or a prefix"
                    + Nearest.suggestion(kind, KINDS));
        }
        try (var client = ConnectionOptions.connect(args)) {
            var kv = client.kv().with(options);
            terminal.err().println("watching " + kind + " '" + name + "' at " + config.address()
                    + " by blocking query");
            if (kind.equals("key")) {
                follow(kv.watch(name), count, WatchCommand::entry, terminal);
            } else {
                follow(kv.watchPrefix(name), count, WatchCommand::entries, terminal);
            }
            return CommandLineTool.OK;
        }
    }

    private <T> void follow(Watch<T> watch, int count, Function<T, @Nullable Object> view, Terminal terminal)
            throws CommandFailure, InterruptedException {
        var pause = FIRST_PAUSE;
        for (int lines = 0; lines < count; ) {
            try {
                var answer = watch.next();
                var line = new LinkedHashMap<String, @Nullable Object>();
                line.put("Index", answer.index());
                line.put("Value", view.apply(answer.value()));
                terminal.out().println(JsonText.printLine(line));
                terminal.checkWritten();
                pause = FIRST_PAUSE;
                lines++;
            } catch (CallException.Refused e) {
                throw new CommandFailure(e.where() + ": the server says: " + e.getMessage());
            } catch (CallException e) {
                pause = pauseAfter(e, pause, terminal);
            }
        }
    }

    /// Waits longer after each failure in a row, up to half a minute, and not all watchers of a server alike.
    private Duration pauseAfter(CallException e, Duration pause, Terminal terminal) throws InterruptedException {
        var jittered = pause.plusMillis(surroundings.random(pause.toMillis()));
        terminal.err().println(e.getMessage() + "; next try in " + jittered.toMillis() + " ms");
        surroundings.pause(jittered);
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
