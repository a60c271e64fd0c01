package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// All rules of one token together, ready to be asked, and what holds where they say nothing.
///
/// Threads: immutable.
///
/// Source: Consul `acl/policy_authorizer.go`, `acl/policy_merger.go`.
final class RuleBook {
    /// Resource that stands for all in questions about intentions.
    private static final String ANY = "*";

    private final Map<Resource, NameRules> rules = new EnumMap<>(Resource.class);
    private final boolean otherwise;
    private final boolean keysAreListed;

    private record ServiceName(boolean prefix, String name) {}

    /// Combines rules.
    /// @param all           of all policies of the token; several about one resource are merged
    /// @param otherwise     whether what no rule is about is allowed
    /// @param keysAreListed whether listing keys needs more than reading them
    RuleBook(Collection<Rule> all, boolean otherwise, boolean keysAreListed) {
        this.otherwise = otherwise;
        this.keysAreListed = keysAreListed;
        for (var resource : Resource.values()) {
            rules.put(resource, new NameRules());
        }
        Map<ServiceName, Level> intentions = new HashMap<>();
        Map<ServiceName, Level> services = new HashMap<>();
        for (var rule : all) {
            of(rule.resource()).add(rule.prefix(), rule.name(), rule.level());
            if (rule.resource() == Resource.SERVICE) {
                var name = new ServiceName(rule.prefix(), rule.name());
                services.merge(name, rule.level(), Level::mergedWith);
                rule.intentions().ifPresent(level -> intentions.merge(name, level, Level::mergedWith));
            }
        }
        services.forEach((name, level) -> of(Resource.INTENTION).add(name.prefix(), name.name(),
                intentions.getOrDefault(name, level == Level.DENY ? Level.DENY : Level.READ)));
    }

    private NameRules of(Resource resource) {
        return rules.computeIfAbsent(resource, _ -> new NameRules());
    }

    boolean may(Resource resource, Access access, String name) {
        return switch (resource) {
            case KEY -> access == Access.LIST && !keysAreListed || decide(of(Resource.KEY).of(name), access);
            case MESH, PEERING -> {
                var own = of(resource).of(Authorizer.UNNAMED);
                yield decide(own.isPresent() ? own : of(Resource.OPERATOR).of(Authorizer.UNNAMED), access);
            }
            // Whoever may change ACLs may do everything, so a rule must say it: `allow` by default is not meant.
            case ACL -> of(Resource.ACL).of(Authorizer.UNNAMED).map(level -> level.allows(access)).orElse(false);
            case KEYRING, OPERATOR -> decide(of(resource).of(Authorizer.UNNAMED), access);
            case INTENTION -> name.equals(ANY) ? mayAnyOrAll(access) : decide(of(resource).of(name), access);
            case AGENT, EVENT, NODE, QUERY, SERVICE, SESSION -> decide(of(resource).of(name), access);
        };
    }

    /// Intentions of all services: to see one is enough to see those, to change them takes all.
    private boolean mayAnyOrAll(Access access) {
        return access == Access.READ ? mayAny(Resource.INTENTION, access) : mayAll(Resource.INTENTION, access, "");
    }

    boolean mayAll(Resource resource, Access access, String prefix) {
        return of(resource).all(prefix, access).orElse(otherwise);
    }

    boolean mayAny(Resource resource, Access access) {
        return of(resource).any(access).orElse(otherwise);
    }

    private boolean decide(Optional<Level> level, Access access) {
        return level.map(l -> l.allows(access)).orElse(otherwise);
    }
}
