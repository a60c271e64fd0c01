package dev.proconsul.rpc.endpoints;

/// Whether a server asks who calls, and what those may do about whom no rule says anything.
///
/// @param enabled           whether it asks. Consul: `acl.enabled`
/// @param allowByDefault    whether what no rule is about is allowed. Consul: `acl.default_policy`, `allow` or `deny`
/// @param keyListPolicy     whether listing keys needs the level `list`. Consul: `acl.enable_key_list_policy`
/// @param initialManagement secret of a token that may do everything and is made when there is none yet, a UUID; empty
///                          for none. Consul: `acl.tokens.initial_management`
/// @param agentRecovery     secret that may always change this server's agent and see all nodes; empty for none.
///                          Consul: `acl.tokens.agent_recovery`
/// @param node              name of this server's node
public record AclConfig(boolean enabled, boolean allowByDefault, boolean keyListPolicy, String initialManagement,
        String agentRecovery, String node) {
    /// Everybody may do everything.
    public static final AclConfig DISABLED = new AclConfig(false, true, false, "", "", "");

    /// {@return asks everybody, and forbids what is not allowed}
    /// @param initialManagement secret of a token that may do everything; empty for none
    public static AclConfig denying(String initialManagement) {
        return new AclConfig(true, false, false, initialManagement, "", "");
    }

    /// {@return this, which asks who calls, or does not}
    /// @param on whether it does
    public AclConfig withEnabled(boolean on) {
        return new AclConfig(on, allowByDefault, keyListPolicy, initialManagement, agentRecovery, node);
    }

    /// {@return this with another answer to what no rule is about}
    /// @param allow whether it is allowed
    public AclConfig withAllowByDefault(boolean allow) {
        return new AclConfig(enabled, allow, keyListPolicy, initialManagement, agentRecovery, node);
    }

    /// {@return this, for which listing keys is a right of its own, or is not}
    /// @param own whether it is
    public AclConfig withKeyListPolicy(boolean own) {
        return new AclConfig(enabled, allowByDefault, own, initialManagement, agentRecovery, node);
    }

    /// {@return this with another token that may do everything}
    /// @param secret its secret; empty for none
    public AclConfig withInitialManagement(String secret) {
        return new AclConfig(enabled, allowByDefault, keyListPolicy, secret, agentRecovery, node);
    }

    /// {@return this with another token for the server's agent}
    /// @param secret its secret; empty for none
    public AclConfig withAgentRecovery(String secret) {
        return new AclConfig(enabled, allowByDefault, keyListPolicy, initialManagement, secret, node);
    }

    /// {@return this for another node}
    /// @param name of the server's node
    public AclConfig withNode(String name) {
        return new AclConfig(enabled, allowByDefault, keyListPolicy, initialManagement, agentRecovery, name);
    }

    /// {@return the settings without the secrets}
    @Override
    public String toString() {
        return "AclConfig[enabled=" + enabled + ", allowByDefault=" + allowByDefault + ", keyListPolicy="
                + keyListPolicy + "]";
    }
}
