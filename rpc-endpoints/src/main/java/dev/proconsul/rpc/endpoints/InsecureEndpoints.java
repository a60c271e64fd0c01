package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.AutoConfig;
import dev.proconsul.rpc.structs.AutoEncrypt;
import dev.proconsul.rpc.structs.CASignRequest;
import dev.proconsul.rpc.structs.SignedResponse;
import java.util.List;
import java.util.Optional;

/// The methods for client agents that have no certificate yet: all that type byte 7 leads to.
///
/// Source: Consul `agent/consul/auto_encrypt_endpoint.go` and `auto_config_endpoint.go`.
public final class InsecureEndpoints {
    private InsecureEndpoints() {}

    /// {@return the methods}
    /// @param datacenter   the server's own
    /// @param certificates makes certificates; empty where that is switched off
    public static EndpointTable of(String datacenter, Optional<AgentCertificates> certificates) {
        return EndpointTable.of(List.of(
                new Endpoint<>(AutoEncrypt.SIGN, (request, _) -> sign(request, datacenter, certificates)),
                new Endpoint<>(AutoConfig.INITIAL_CONFIGURATION, (_, _) -> {
                    throw new RpcException("Auto Config is disabled");
                })));
    }

    private static SignedResponse sign(
            CASignRequest request, String datacenter, Optional<AgentCertificates> certificates) throws RpcException {
        if (certificates.isEmpty()) {
            throw new RpcException("AutoEncrypt.AllowTLS must be enabled in order to use this endpoint");
        }
        if (!request.datacenter().equals(datacenter)) {
            throw new RpcException("mismatched datacenter (client_dc='" + request.datacenter() + "' server_dc='"
                    + datacenter + "'); check client has same datacenter set as servers");
        }
        return certificates.get().sign(request);
    }
}
