package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.structs.Nil;
import java.util.List;
import java.util.function.Function;

/// Links of tokens and roles.
final class Links {
    private Links() {}

    /// {@return links without names, each once; nil when there are none}
    /// @param links any links
    /// @param id    gives the id of one
    /// @param of    makes one of an id
    static <L> List<L> ids(List<L> links, Function<L, String> id, Function<String, L> of) {
        return links.isEmpty() ? Nil.list() : links.stream().map(id).distinct().map(of).toList();
    }
}
