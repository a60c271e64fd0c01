package dev.proconsul.rpc.client.internal.view;

/// The instances of a service, as somebody wants to follow them.
///
/// @param service    name of the service
/// @param datacenter where; empty for the server's own
/// @param token      ACL secret; empty for the anonymous one
public record HealthWish(String service, String datacenter, String token) {
    /// Does not show the token.
    @Override
    public String toString() {
        return "service '" + service + "'" + (datacenter.isEmpty() ? "" : " in " + datacenter);
    }
}
