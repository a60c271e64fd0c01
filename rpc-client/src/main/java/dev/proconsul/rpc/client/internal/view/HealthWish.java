package dev.proconsul.rpc.client.internal.view;

/// The instances of a service, as somebody wants to follow them.
///
/// @param service    name of the service
/// @param connect    whether those that take the mesh's connections for it: its proxies, gateways, and itself if it can
/// @param datacenter where; empty for the server's own
/// @param token      ACL secret; empty for the anonymous one
public record HealthWish(String service, boolean connect, String datacenter, String token) {
    /// Does not show the token.
    @Override
    public String toString() {
        return (connect ? "mesh service '" : "service '") + service + "'"
                + (datacenter.isEmpty() ? "" : " in " + datacenter);
    }
}
