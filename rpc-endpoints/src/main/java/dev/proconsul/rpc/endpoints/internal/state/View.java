package dev.proconsul.rpc.endpoints.internal.state;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [Version] as one query sees it, and what the query has looked at, whether it found something or not.
///
/// What is looked at is named *before* it is read; a [WatchSet] takes the names and can wait for a change of any.
///
/// @param version the version
/// @param reads   told of everything that is looked at
public record View(Version version, Consumer<? super Topic> reads) implements Reader {
    @Override
    public <R> @Nullable R get(Index<R> index, byte[] key) {
        reads.accept(Topic.key(index, key));
        return version.get(index, key);
    }

    @Override
    public <R> Iterable<R> under(Index<R> index, byte[] prefix) {
        reads.accept(Topic.under(index, prefix));
        return version.under(index, prefix);
    }

    @Override
    public long entry(String name) {
        reads.accept(Topic.entry(name));
        return version.entry(name);
    }

    @Override
    public Reader unwatched() {
        return version;
    }
}
