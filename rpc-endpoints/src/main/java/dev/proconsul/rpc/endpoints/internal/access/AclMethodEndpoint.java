package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.GoDurations;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.tables.AclAuthMethodTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.Rows;
import dev.proconsul.rpc.structs.ACLAuthMethod;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodBatchSetRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodDeleteRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodGetRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodListRequest;
import dev.proconsul.rpc.structs.ACLAuthMethodListResponse;
import dev.proconsul.rpc.structs.ACLAuthMethodListStub;
import dev.proconsul.rpc.structs.ACLAuthMethodResponse;
import dev.proconsul.rpc.structs.ACLAuthMethodSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The methods of the service `ACL` about auth methods. They are kept for servers that let people log in with them;
/// this one does not.
///
/// Source: Consul `agent/consul/acl_endpoint.go`.
public final class AclMethodEndpoint {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9\\-_]{1,128}");
    private static final Set<String> TYPES = new TreeSet<>(Set.of("aws-iam", "jwt", "kubernetes"));

    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public AclMethodEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(ACLs.AUTH_METHOD_READ, Refuse.whileOff(host), this::read),
                host.endpoint(ACLs.AUTH_METHOD_SET, Refuse.whileOff(host), this::set),
                host.endpoint(ACLs.AUTH_METHOD_DELETE, Refuse.whileOff(host), this::delete),
                host.endpoint(ACLs.AUTH_METHOD_LIST, Refuse.whileOff(host), this::list));
    }

    private ACLAuthMethodResponse read(ACLAuthMethodGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.AUTH_METHOD_READ, request, caller, state -> {
            var found = AclReads.authMethod(state, request.authMethodName());
            long index = state.unwatched().entry(AclAuthMethodTable.TABLE);
            return found.isEmpty() ? Result.notFound(index, ACLAuthMethodResponse.ZERO)
                    : Result.found(index, ACLAuthMethodResponse.ZERO.withAuthMethod(found.get()));
        });
    }

    private ACLAuthMethod set(ACLAuthMethodSetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var method = request.authMethod();
        Refuse.unless(!method.name().isEmpty(), "Invalid Auth Method: no Name is set");
        Refuse.unless(NAME.matcher(method.name()).matches(),
                "Invalid Auth Method: invalid Name. Only alphanumeric characters, '-' and '_' are allowed");
        var stored = AclReads.authMethod(host.store().current(), method.name());
        if (stored.isPresent()) {
            method = method.type().isEmpty() ? method.withType(stored.get().type()) : method;
            Refuse.unless(method.type().equals(stored.get().type()),
                    "the Type field of an Auth Method is immutable");
        }
        Refuse.unless(TYPES.contains(method.type()),
                "Invalid Auth Method: Type should be one of: [" + String.join(" ", TYPES) + "]");
        method = method.tokenLocality().isEmpty() ? method.withTokenLocality("local") : method;
        Refuse.unless(method.tokenLocality().equals("local") || method.tokenLocality().equals("global"),
                "Invalid Auth Method: TokenLocality should be one of 'local' or 'global'");
        Refuse.unless(method.maxTokenTTL().isZero() || method.maxTokenTTL().compareTo(Duration.ofMinutes(1)) >= 0,
                "MaxTokenTTL " + GoDurations.text(method.maxTokenTTL()) + " cannot be less than 1m0s");
        host.apply(AclCommands.SET_AUTH_METHODS,
                ACLAuthMethodBatchSetRequest.ZERO.withAuthMethods(List.of(method)),
                "Failed to apply auth method upsert request: ");
        return AclReads.authMethod(host.store().current(), method.name())
                .orElseThrow(() -> new RpcException("Failed to retrieve the auth method after writing it"));
    }

    private boolean delete(ACLAuthMethodDeleteRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var name = request.authMethodName();
        Refuse.unless(AclReads.authMethod(host.store().current(), name).isPresent(),
                "auth method does not exist: ACL not found");
        host.apply(AclCommands.DELETE_AUTH_METHODS,
                ACLAuthMethodBatchDeleteRequest.ZERO.withAuthMethodNames(List.of(name)),
                "Failed to apply auth method delete request: ");
        return true;
    }

    private ACLAuthMethodListResponse list(ACLAuthMethodListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        return host.queries().ask(ACLs.AUTH_METHOD_LIST, request, caller, state -> Result.found(
                state.entry(AclAuthMethodTable.TABLE), ACLAuthMethodListResponse.ZERO.withAuthMethods(
                        Rows.list(state.unwatched().all(AclAuthMethodTable.TABLE)).stream().map(m ->
                                new ACLAuthMethodListStub(m.name(), m.type(), m.displayName(), m.description(),
                                        m.maxTokenTTL(), m.tokenLocality(), m.raftIndex().createIndex(),
                                        m.raftIndex().modifyIndex())).toList())));
    }
}
