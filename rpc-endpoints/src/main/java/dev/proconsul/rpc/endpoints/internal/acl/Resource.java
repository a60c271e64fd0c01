package dev.proconsul.rpc.endpoints.internal.acl;

import java.util.Locale;

/// What can be allowed and forbidden. Source: Consul `acl/acl.go`.
public enum Resource {
    /// The rules themselves. Without names.
    ACL,
    /// Agents, by node.
    AGENT,
    /// User events, by name.
    EVENT,
    /// Who may call whom in the mesh, by destination.
    INTENTION,
    /// Keys.
    KEY,
    /// Keys of the gossip. Without names.
    KEYRING,
    /// Nodes, by name.
    NODE,
    /// The servers and their log. Without names.
    OPERATOR,
    /// Settings of the mesh. Without names.
    MESH,
    /// Cluster peers. Without names.
    PEERING,
    /// Prepared queries, by name.
    QUERY,
    /// Services, by name.
    SERVICE,
    /// Sessions, by node.
    SESSION;

    /// {@return the word of Consul's rules and errors}
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
