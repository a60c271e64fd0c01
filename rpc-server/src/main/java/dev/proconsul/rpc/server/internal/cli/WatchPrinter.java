package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.Watch;
import dev.proconsul.rpc.client.WatchListener;
import dev.proconsul.rpc.client.WatchState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Prints what a watch sees: values on standard output, and how the watch is on standard error.
///
/// What the server refuses before it has answered once is the end, except for what passes: an election, a limit.
final class WatchPrinter<T> implements WatchListener<T> {
    private static final List<String> PASSING = List.of("No cluster leader", "rate limit exceeded");

    private final Function<T, @Nullable Object> view;
    private final Function<T, Map<String, ?>> parts;
    private final Terminal terminal;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    // Of whoever calls the listener; one at a time.
    private int left;
    private final WatchChanges changes = new WatchChanges();
    private boolean answered;
    private boolean failing;

    WatchPrinter(Function<T, @Nullable Object> view, Function<T, Map<String, ?>> parts, int count, Terminal terminal) {
        this.view = view;
        this.parts = parts;
        this.terminal = terminal;
        left = count;
    }

    /// Waits until all lines are printed, or no more will come.
    void await() throws CommandFailure, InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailure failure ? failure : new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void changed(Watch.Update<T> update) {
        if (done.isDone()) {
            return;
        }
        answered = true;
        var line = new LinkedHashMap<String, @Nullable Object>();
        line.put("Mode", word(update.mode()));
        line.put("Index", update.index());
        line.put("Changes", changes.next(parts.apply(update.value())));
        line.put("Value", view.apply(update.value()));
        terminal.out().println(JsonText.printLine(line));
        try {
            terminal.checkWritten();
        } catch (CommandFailure e) {
            done.completeExceptionally(e);
        }
        if (--left == 0) {
            done.complete(null);
        }
    }

    private static String word(Watch.Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void stateChanged(WatchState state) {
        if (done.isDone()) {
            return;
        }
        switch (state) {
            case WatchState.Starting _ -> { }
            case WatchState.Live _ -> {
                if (failing) {
                    terminal.err().println("the server answers again");
                }
                failing = false;
            }
            case WatchState.Failing failure -> tell(failure);
            case WatchState.Ended(var cause) -> done.completeExceptionally(
                    new CommandFailure(cause.map(WatchPrinter::text).orElse("the watch was closed")));
        }
    }

    private void tell(WatchState.Failing state) {
        failing = true;
        var text = text(state.reason());
        if (!answered && state.reason() instanceof CallException.Refused && PASSING.stream().noneMatch(text::contains)) {
            done.completeExceptionally(new CommandFailure(text));
            return;
        }
        terminal.err().println(text + (state.pause().isZero() ? "; trying again"
                : "; next try in " + state.pause().toMillis() + " ms"));
    }

    private static String text(Throwable reason) {
        return reason instanceof CallException.Refused refused
                ? refused.where() + ": the server says: " + refused.getMessage()
                : String.valueOf(reason.getMessage());
    }
}
