package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.structs.Internal;
import dev.proconsul.rpc.structs.KeyringRequest;
import dev.proconsul.rpc.structs.KeyringResponse;
import dev.proconsul.rpc.structs.KeyringResponses;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `Internal.KeyringOperation`: the keys of the gossip. There is no gossip here, so every operation is answered as by a
/// server whose gossip is not encrypted.
///
/// Source: Consul `agent/consul/internal_endpoint.go`, serf `serf/keymanager.go`.
final class KeyringEndpoint {
    private static final String LIST = "list";
    private static final Set<String> OPERATIONS = Set.of(LIST, "install", "use", "remove");

    private final Host host;

    KeyringEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(host.here(Internal.KEYRING_OPERATION, this::operate));
    }

    private KeyringResponses operate(KeyringRequest request, Authorizer caller) throws RpcException {
        boolean list = request.operation().equals(LIST);
        if (request.localOnly() && !list) {
            throw new RpcException("argument error: LocalOnly can only be used for List operations");
        }
        if (!OPERATIONS.contains(request.operation())) {
            throw new RpcException("unknown keyring operation \"" + request.operation()
                    + "\", expected list, install, use or remove");
        }
        caller.require(Resource.KEYRING, list ? Access.READ : Access.WRITE, Authorizer.UNNAMED);
        var node = host.consensus().peers().stream().map(ServerInfo::node).findFirst().orElse("");
        var local = notEncrypted(false, node);
        return KeyringResponses.ZERO.withResponses(request.localOnly() || request.forwarded()
                ? List.of(local) : List.of(notEncrypted(true, node + "." + host.datacenter()), local));
    }

    private KeyringResponse notEncrypted(boolean wan, String node) {
        return new KeyringResponse(wan, host.datacenter(), "", "",
                Map.of(node, "Keyring is empty (encryption not enabled)"), Map.of(), Map.of("", 1L), 1,
                "1/1 nodes reported failure");
    }
}
