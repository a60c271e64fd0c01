package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.Optional;

/// What a rule says about a resource.
public enum Level {
    /// Nothing is allowed.
    DENY,
    /// [Access#READ] is.
    READ,
    /// [Access#LIST] is, too.
    LIST,
    /// Everything is.
    WRITE;

    /// {@return the level with a name; empty for no name of a level}
    /// @param word as rules have it
    static Optional<Level> of(String word) {
        return switch (word) {
            case "deny" -> Optional.of(DENY);
            case "read" -> Optional.of(READ);
            case "list" -> Optional.of(LIST);
            case "write" -> Optional.of(WRITE);
            default -> Optional.empty();
        };
    }

    /// {@return whether this is enough}
    /// @param access for what
    boolean allows(Access access) {
        return switch (access) {
            case READ -> this != DENY;
            case LIST -> this == LIST || this == WRITE;
            case WRITE -> this == WRITE;
        };
    }

    /// {@return the one that holds when several policies say something about one resource: deny, else the highest}
    /// @param other what another policy says
    Level mergedWith(Level other) {
        return this == DENY || other == DENY ? DENY : compareTo(other) >= 0 ? this : other;
    }
}
