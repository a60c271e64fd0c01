package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.SignedResponse;

/// Makes certificates for client agents that have none yet (`auto_encrypt.allow_tls`). Any thread.
@FunctionalInterface
public interface AgentCertificates {
    /// Signs the request of an agent.
    ///
    /// @param request the request, for this datacenter
    /// @return the certificate, and what else the agent needs for TLS
    /// @throws RpcException when it is no request that can be signed
    SignedResponse sign(CASignRequest request) throws RpcException;
}
