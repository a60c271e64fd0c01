package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.structs.ACLPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What every datacenter with ACLs has from the beginning.
///
/// Source: Consul `agent/structs/acl.go`.
public final class Builtin {
    /// Accessor id of the token that callers without one have.
    public static final String ANONYMOUS = "00000000-0000-0000-0000-000000000002";
    /// Its secret.
    public static final String ANONYMOUS_SECRET = "anonymous";
    /// Beginning of the ids that nobody else may choose.
    public static final String RESERVED = "00000000-0000-0000-0000-0000000000";

    /// Allows everything.
    public static final ACLPolicy MANAGEMENT = policy("00000000-0000-0000-0000-000000000001", "global-management",
            "Builtin Policy that grants unlimited access", "write");
    /// Allows to see everything.
    public static final ACLPolicy READ_ONLY = policy("00000000-0000-0000-0000-000000000002",
            "builtin/global-read-only", "Builtin Policy that grants unlimited read-only access to all components",
            "read");

    /// All built-in policies.
    public static final List<ACLPolicy> POLICIES = List.of(MANAGEMENT, READ_ONLY);

    private Builtin() {}

    /// {@return the built-in policy with an id}
    /// @param id the id
    public static Optional<ACLPolicy> policy(String id) {
        return POLICIES.stream().filter(policy -> policy.id().equals(id)).findFirst();
    }

    private static ACLPolicy policy(String id, String name, String description, String level) {
        var policy = ACLPolicy.ZERO.withId(id).withName(name).withDescription(description).withRules(rules(level));
        return policy.withHash(Hashes.of(policy));
    }

    /// In the form and order of Consul, since the hash of the policy is over the text.
    private static String rules(String level) {
        return Arrays.stream(new String[] {"acl", "agent", "event", "key", "keyring", "node", "operator", "mesh",
                "peering", "query", "service", "session"})
                .map(resource -> switch (resource) {
                    case "acl", "keyring", "operator", "mesh", "peering" -> resource + " = \"" + level + "\"\n";
                    default -> resource + "_prefix \"\" {\n\tpolicy = \"" + level + "\"\n"
                            + (resource.equals("service") ? "\tintentions = \"" + level + "\"\n" : "") + "}\n";
                })
                .collect(Collectors.joining("", "\n", ""));
    }
}
