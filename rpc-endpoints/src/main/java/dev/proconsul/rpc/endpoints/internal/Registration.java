package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceRow;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.HealthCheckDefinition;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `Catalog.Register` does with a request before it goes into the log: completes it, refuses what is wrong, and
/// asks whether the caller may write what would change.
///
/// Source: Consul `agent/consul/catalog_endpoint.go`.
final class Registration {
    private static final String CONSUL = "consul";
    private static final String CONNECT_PROXY = "connect-proxy";
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0", "[::]:0");

    private Registration() {}

    /// Cluster peers write by themselves, not through this method.
    static void refusePeers(RegisterRequest request) throws RpcException {
        var service = request.service();
        var check = request.check();
        if (!request.peerName().isEmpty() || service != null && !service.peerName().isEmpty()
                || check != null && !check.peerName().isEmpty()
                || request.checks().stream().anyMatch(each -> !each.peerName().isEmpty())) {
            throw new RpcException("cannot register requests with PeerName in them");
        }
    }

    /// The request as it goes into the log.
    static RegisterRequest prepared(Reader state, RegisterRequest request, Authorizer caller) throws RpcException {
        checkNode(request.node(), request.id());
        if (request.address().isEmpty() && !request.skipNodeUpdate()) {
            throw new RpcException("Must provide address if SkipNodeUpdate is not set");
        }
        var service = request.service() == null ? null : prepared(request.service(), caller);
        var checks = prepared(request);
        vet(state, request, service, checks, caller);
        return request.withService(service).withCheck(null).withChecks(checks);
    }

    /// What a node must be like.
    static void checkNode(String name, String id) throws RpcException {
        if (name.isEmpty()) {
            throw new RpcException("Must provide node");
        }
        var problem = id.isEmpty() ? Optional.<String>empty() : Uuids.problem(id);
        if (problem.isPresent()) {
            throw new RpcException("Bad node ID: " + problem.get());
        }
    }

    /// What an instance must be like; one without an id has its name for one.
    static NodeService prepared(NodeService sent, Authorizer caller) throws RpcException {
        ServiceRules.check(sent);
        var service = sent.id().isEmpty() ? sent.withId(sent.service()) : sent;
        if (service.service().isEmpty() && !service.id().isEmpty()) {
            throw new RpcException("Must provide service name (Service.Service) when service ID is provided");
        }
        if (ANY_ADDRESS.contains(service.address())) {
            throw new RpcException("Invalid service address");
        }
        if (!service.service().equals(CONSUL)) {
            caller.require(Resource.SERVICE, Access.WRITE, service.service());
        }
        if (service.kind().equals(CONNECT_PROXY)) {
            caller.require(Resource.SERVICE, Access.WRITE, service.proxy().destinationServiceName());
        }
        return service;
    }

    private static List<HealthCheck> prepared(RegisterRequest request) throws RpcException {
        var checks = new ArrayList<>(request.checks());
        if (request.check() != null) {
            checks.add(request.check());
        }
        for (int i = 0; i < checks.size(); i++) {
            var check = checks.get(i);
            if (check.isNil()) {
                throw new RpcException("check " + i + " is nil, expected a check");
            }
            checks.set(i, completed(check, request.node()));
        }
        return checks;
    }

    /// A check without an id has its name for one, and its type follows from its definition.
    static HealthCheck completed(HealthCheck sent, String node) {
        var check = sent.node().isEmpty() ? sent.withNode(node) : sent;
        check = check.checkID().isEmpty() ? check.withCheckID(check.name()) : check;
        return check.type().isEmpty() ? check.withType(typeOf(check.definition())) : check;
    }

    private static String typeOf(HealthCheckDefinition definition) {
        if (!definition.grpc().isEmpty()) {
            return "grpc";
        } else if (!definition.http().isEmpty()) {
            return "http";
        } else if (!definition.ttl().isZero()) {
            return "ttl";
        } else if (!definition.tcp().isEmpty()) {
            return "tcp";
        } else if (!definition.udp().isEmpty()) {
            return "udp";
        } else if (!definition.aliasNode().isEmpty() || !definition.aliasService().isEmpty()) {
            return "alias";
        } else if (!definition.dockerContainerID().isEmpty()) {
            return "docker";
        } else if (!definition.scriptArgs().isEmpty()) {
            return "script";
        } else if (!definition.h2ping().isEmpty()) {
            return "h2ping";
        }
        return definition.osService().isEmpty() ? "" : "os_service";
    }

    /// Checks belong to the node and to a service that is there or comes along; the caller may write all that changes.
    private static void vet(Reader state, RegisterRequest request, @Nullable NodeService service,
            List<HealthCheck> checks, Authorizer caller) throws RpcException {
        for (var check : checks) {
            if (!check.node().equalsIgnoreCase(request.node())) {
                throw new RpcException("Node '" + check.node() + "' for check '" + check.checkID()
                        + "' doesn't match register request node '" + request.node() + "'");
            }
        }
        if (changesNode(state, request)) {
            caller.require(Resource.NODE, Access.WRITE, request.node());
        }
        if (service != null) {
            caller.require(Resource.SERVICE, Access.WRITE, service.service());
            var stored = instance(state, request.node(), service.id());
            if (stored != null && !caller.may(Resource.SERVICE, Access.WRITE, stored.service().service())) {
                throw new RpcException("Permission denied");
            }
        }
        for (var check : checks) {
            vet(state, request, service, check, caller);
        }
    }

    private static void vet(Reader state, RegisterRequest request, @Nullable NodeService service, HealthCheck check,
            Authorizer caller) throws RpcException {
        if (check.serviceID().isEmpty()) {
            caller.require(Resource.NODE, Access.WRITE, request.node());
            return;
        }
        if (service != null && service.id().equals(check.serviceID())) {
            caller.require(Resource.SERVICE, Access.WRITE, service.service());
            return;
        }
        var stored = instance(state, request.node(), check.serviceID());
        if (stored == null) {
            throw new RpcException("Unknown service ID '" + check.serviceID() + "' for check ID '" + check.checkID()
                    + "'");
        }
        caller.require(Resource.SERVICE, Access.WRITE, stored.service().service());
    }

    private static boolean changesNode(Reader state, RegisterRequest request) {
        var stored = state.get(NodeTable.BY_NAME, Keys.of(request.node()));
        if (stored == null) {
            return true;
        }
        return !request.skipNodeUpdate()
                && !(request.id().equals(stored.id())
                        && request.address().equals(stored.address())
                        && request.datacenter().equals(stored.datacenter())
                        && request.taggedAddresses().equals(stored.taggedAddresses())
                        && request.nodeMeta().equals(stored.meta())
                        && Objects.equals(request.locality(), stored.locality()));
    }

    private static @Nullable ServiceRow instance(Reader state, String node, String id) {
        return state.get(ServiceTable.BY_ID, Keys.of(node, id));
    }
}
