package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLAuthorizationRequest;
import dev.proconsul.rpc.structs.ACLAuthorizationResponse;
import dev.proconsul.rpc.structs.ACLLoginRequest;
import dev.proconsul.rpc.structs.ACLLogoutRequest;
import dev.proconsul.rpc.structs.ACLReplicationStatus;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.RemoteACLAuthorizationRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The methods of the service `ACL` about the caller: what he may do, logging in and out. And how far a secondary
/// datacenter has copied the primary one: this server is in the primary.
///
/// Source: Consul `agent/consul/acl_endpoint.go`, `acl/authorizer.go`.
public final class AclCallerEndpoint {
    private final Host host;

    /// Makes the methods.
    /// @param host what they run in
    public AclCallerEndpoint(Host host) {
        this.host = host;
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.open(ACLs.LOGIN, Refuse.whileOff(host), (request, _) -> login(request)),
                host.open(ACLs.LOGOUT, Refuse.whileOff(host), (request, _) -> logout(request)),
                host.endpoint(ACLs.AUTHORIZE, Refuse.whileOff(host), AclCallerEndpoint::authorize),
                host.open(ACLs.REPLICATION_STATUS, (_, _) -> ACLReplicationStatus.ZERO));
    }

    private ACLToken login(ACLLoginRequest request) throws RpcException {
        var auth = request.auth();
        Refuse.unless(auth != null, "Invalid Login request: Missing auth parameters");
        Refuse.unless(request.writeRequest().token().isEmpty(), "do not provide a token when logging in");
        var name = auth == null ? "" : auth.authMethod();
        var method = AclReads.authMethod(host.store().current(), name)
                .orElseThrow(() -> new RpcException("ACL not found: auth method \"" + name + "\" not found"));
        throw new RpcException("auth method \"" + name + "\" is of type \"" + method.type()
                + "\", whose credentials this server does not verify");
    }

    private boolean logout(ACLLogoutRequest request) throws RpcException, InterruptedException {
        var secret = request.writeRequest().token();
        Refuse.unless(!secret.isEmpty(), "no valid token ID provided: ACL not found");
        var token = new OwnToken(host).of(host.store().current(), secret);
        Refuse.unless(!token.authMethod().isEmpty(), "Permission denied: token wasn't created via login");
        host.apply(AclCommands.DELETE_TOKENS,
                ACLTokenBatchDeleteRequest.ZERO.withTokenIDs(List.of(token.accessorID())));
        return true;
    }

    private static List<ACLAuthorizationResponse> authorize(RemoteACLAuthorizationRequest request, Authorizer caller)
            throws RpcException {
        var answers = new ArrayList<ACLAuthorizationResponse>();
        for (var question : request.requests()) {
            answers.add(new ACLAuthorizationResponse(question, isAllowed(question, caller)));
        }
        return answers;
    }

    private static boolean isAllowed(ACLAuthorizationRequest question, Authorizer caller) throws RpcException {
        var resource = Arrays.stream(Resource.values()).filter(r -> r.toString().equals(question.resource()))
                .findFirst().orElseThrow(() -> new RpcException(
                        "Invalid ACL resource requested: \"" + question.resource() + "\""));
        var access = access(resource, question.access()).orElseThrow(() -> new RpcException(
                "Invalid access level for " + resource + " resource: " + question.access()));
        return resource == Resource.KEY && question.access().equals("write-prefix")
                ? caller.mayAll(resource, access, question.segment())
                : caller.may(resource, access, question.segment());
    }

    private static Optional<Access> access(Resource resource, String word) {
        return switch (word) {
            case "read" -> Optional.of(Access.READ);
            case "write" -> Optional.of(Access.WRITE);
            case "list" -> resource == Resource.KEY ? Optional.of(Access.LIST) : Optional.empty();
            case "write-prefix" -> resource == Resource.KEY ? Optional.of(Access.WRITE) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
