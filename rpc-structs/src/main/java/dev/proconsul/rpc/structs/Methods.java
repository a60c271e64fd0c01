package dev.proconsul.rpc.structs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// All methods that the schema knows.
public final class Methods {
    private static final Map<String, Method<?, ?>> BY_NAME =
            Catalogue.METHODS.stream().collect(Collectors.toUnmodifiableMap(Method::name, method -> method));

    private Methods() {}

    /// {@return every method, grouped by service}
    public static List<Method<?, ?>> all() {
        return Catalogue.METHODS;
    }

    /// {@return the method with this name}
    ///
    /// @param name full name in exact case, as `KVS.Apply`
    public static Optional<Method<?, ?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
