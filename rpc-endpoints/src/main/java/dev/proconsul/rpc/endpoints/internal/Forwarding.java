package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;

/// Decides which server a request is for.
///
/// Source: Consul `agent/consul/rpc.go`. This server is its datacenter's only one and knows no other datacenter, so all
/// that is left of the decision is whether the request is for here.
public final class Forwarding {
    private final String datacenter;

    /// Makes the decision for a server.
    /// @param datacenter the server's own
    public Forwarding(String datacenter) {
        this.datacenter = datacenter;
    }

    /// Lets a request pass that is for this datacenter; "" is this one.
    void requireLocal(String wanted) throws RpcException {
        if (!wanted.isEmpty() && !wanted.equals(datacenter)) {
            throw new RpcException("No path to datacenter");
        }
    }
}
