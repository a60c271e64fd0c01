package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.api.RpcException;

/// Finds out who calls.
@FunctionalInterface
public interface TokenResolver {
    /// While ACLs are off, every token may do everything, known or not.
    TokenResolver DISABLED = _ -> Authorizer.EVERYTHING;

    /// Resolves a token.
    /// @param secret the token's secret; empty for the anonymous one
    /// @return what its bearer may do
    /// @throws RpcException when there is no such token
    Authorizer resolve(String secret) throws RpcException;

    /// Tells whether a token means something in this datacenter only, so that it must not be sent to another.
    /// @param secret the token's secret; empty for the anonymous one
    /// @return whether it is known here, and is such a token
    /// @throws RpcException when the secret is one that no token may have
    default boolean isLocal(String secret) throws RpcException {
        return false;
    }
}
