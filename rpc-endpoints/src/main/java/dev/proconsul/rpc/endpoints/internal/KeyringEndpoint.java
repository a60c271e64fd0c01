package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.Gossip.KeyOperation;
import dev.proconsul.rpc.api.GossipPools;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `Internal.KeyringOperation`: the keys of the gossip. A server without gossip answers every operation as one whose
/// gossip is not encrypted.
///
/// Source: Consul `agent/consul/internal_endpoint.go`, serf `serf/keymanager.go`.
final class KeyringEndpoint {
    private static final String LIST = "list";
    private static final Map<String, KeyOperation> OPERATIONS = Map.of(LIST, KeyOperation.LIST,
            "install", KeyOperation.INSTALL, "use", KeyOperation.USE, "remove", KeyOperation.REMOVE);

    private final Host host;

    KeyringEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(host.here(Internal.KEYRING_OPERATION, this::operate));
    }

    private KeyringResponses operate(KeyringRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        boolean list = request.operation().equals(LIST);
        if (request.localOnly() && !list) {
            throw new RpcException("argument error: LocalOnly can only be used for List operations");
        }
        var operation = OPERATIONS.get(request.operation());
        if (operation == null) {
            throw new RpcException("unknown keyring operation \"" + request.operation()
                    + "\", expected list, install, use or remove");
        }
        caller.require(Resource.KEYRING, list ? Access.READ : Access.WRITE, Authorizer.UNNAMED);
        var pools = host.gossip();
        boolean alone = pools.equals(GossipPools.NONE);
        var node = host.consensus().peers().stream().map(ServerInfo::node).findFirst().orElse("");
        var responses = new ArrayList<KeyringResponse>();
        if (!request.localOnly() && !request.forwarded() && (alone || pools.wan().isPresent())) {
            responses.add(ask(pools.wan(), true, operation, request.key(), node + "." + host.datacenter()));
        }
        responses.add(ask(pools.lan(), false, operation, request.key(), node));
        if (!request.localOnly() && !request.forwarded()) {
            responses.addAll(askOthers(request));
        }
        return KeyringResponses.ZERO.withResponses(List.copyOf(responses));
    }

    /// Each other datacenter answers for itself, all at the same time; one that does not fails the call.
    private List<KeyringResponse> askOthers(KeyringRequest request) throws RpcException, InterruptedException {
        var responses = new ArrayList<KeyringResponse>();
        var answers = host.forwarding().askAll(Internal.KEYRING_OPERATION,
                datacenter -> request.withForwarded(true).withDatacenter(datacenter));
        for (var answer : answers.values()) {
            responses.addAll(answer.get().responses());
        }
        return responses;
    }

    private KeyringResponse ask(Optional<Gossip> pool, boolean wan, KeyOperation operation, String key, String self)
            throws InterruptedException {
        if (pool.isEmpty()) {
            return notEncrypted(wan, self);
        }
        try {
            var report = pool.get().keyring(operation, key);
            return new KeyringResponse(wan, host.datacenter(), "", "", report.messages(), report.keys(),
                    report.primary(), report.members(), report.error());
        } catch (RpcException e) {
            return new KeyringResponse(wan, host.datacenter(), "", "", Map.of(), Map.of(), Map.of(), 0,
                    String.valueOf(e.getMessage()));
        }
    }

    private KeyringResponse notEncrypted(boolean wan, String node) {
        return new KeyringResponse(wan, host.datacenter(), "", "",
                Map.of(node, "Keyring is empty (encryption not enabled)"), Map.of(), Map.of("", 1L), 1,
                "1/1 nodes reported failure");
    }
}
