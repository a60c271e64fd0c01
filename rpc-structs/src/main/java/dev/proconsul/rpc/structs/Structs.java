package dev.proconsul.rpc.structs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All structs that the schema knows.
public final class Structs {
    private static final Map<String, Codec<?>> BY_NAME = Catalogue.STRUCTS.stream()
            .collect(Collectors.toUnmodifiableMap(codec -> codec.shape().toString(), Function.identity()));

    private Structs() {}

    /// {@return the codec of every struct}
    public static List<Codec<?>> all() {
        return Catalogue.STRUCTS;
    }

    /// {@return the codec of the struct with this name}
    ///
    /// @param name Go name in exact case, as `DirEntry`
    public static Optional<Codec<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
