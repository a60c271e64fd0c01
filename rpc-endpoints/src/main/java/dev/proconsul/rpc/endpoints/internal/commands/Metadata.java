package dev.proconsul.rpc.endpoints.internal.commands;

import java.util.Map;
import java.util.Optional;

/// The rules for metadata of nodes and services.
///
/// Source: Consul `agent/structs/structs.go`, `validateMetadata`.
public final class Metadata {
    private static final int MAX_PAIRS = 64;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 512;
    private static final String RESERVED = "consul-";

    private Metadata() {}

    /// Finds what is wrong with some metadata.
    /// @param meta          the pairs
    /// @param takesReserved whether keys that only Consul itself should choose are allowed
    /// @return what is wrong, in Consul's words
    public static Optional<String> problem(Map<String, String> meta, boolean takesReserved) {
        if (meta.size() > MAX_PAIRS) {
            return Optional.of("Node metadata cannot contain more than " + MAX_PAIRS + " key/value pairs");
        }
        for (var pair : meta.entrySet()) {
            var problem = problem(pair.getKey(), pair.getValue(), takesReserved);
            if (!problem.isEmpty()) {
                return Optional.of("Couldn't load metadata pair ('" + pair.getKey() + "', '" + pair.getValue() + "'): "
                        + problem);
            }
        }
        return Optional.empty();
    }

    private static String problem(String key, String value, boolean takesReserved) {
        if (key.isEmpty()) {
            return "Key cannot be blank";
        }
        if (!key.chars().allMatch(Metadata::isAllowed)) {
            return "Key contains invalid characters";
        }
        if (key.length() > MAX_KEY) {
            return "Key is too long (limit: " + MAX_KEY + " characters)";
        }
        if (key.startsWith(RESERVED) && !takesReserved) {
            return "Key prefix '" + RESERVED + "' is reserved for internal use";
        }
        return value.length() > MAX_VALUE ? "Value is too long (limit: " + MAX_VALUE + " characters)" : "";
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }
}
