package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.Optional;

/// One rule of a policy: what is allowed with a resource, or with all whose names begin alike.
///
/// @param resource   kind of resource
/// @param prefix     whether the name is only the beginning of names
/// @param name       of the resource; empty for resources without names
/// @param level      what is allowed
/// @param intentions what is allowed with intentions of the service; only for services, and empty when the rule does
///                   not say
record Rule(Resource resource, boolean prefix, String name, Level level, Optional<Level> intentions) {
    static Rule exact(Resource resource, String name, Level level) {
        return new Rule(resource, false, name, level, Optional.empty());
    }

    static Rule prefix(Resource resource, String name, Level level) {
        return new Rule(resource, true, name, level, Optional.empty());
    }

    static Rule unnamed(Resource resource, Level level) {
        return exact(resource, Authorizer.UNNAMED, level);
    }
}
