package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.acl.Hashes;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.acl.TokenTimes;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.structs.ACLInitialTokenBootstrapRequest;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchGetRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchResponse;
import dev.proconsul.rpc.structs.ACLTokenBootstrapRequest;
import dev.proconsul.rpc.structs.ACLTokenDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenGetRequest;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenResponse;
import dev.proconsul.rpc.structs.ACLTokenSetRequest;
import dev.proconsul.rpc.structs.ACLs;
import dev.proconsul.rpc.structs.WireTime;
import java.util.ArrayList;
import java.util.List;

/// The methods of the service `ACL` about tokens.
///
/// Source: Consul `agent/consul/acl_endpoint.go`.
public final class AclTokenEndpoint {
    private static final String HIDDEN = "<hidden>";

    private final Host host;
    private final TokenWriter writer;

    /// Makes the methods.
    /// @param host what they run in
    public AclTokenEndpoint(Host host) {
        this.host = host;
        writer = new TokenWriter(host);
    }

    /// {@return the methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.open(ACLs.BOOTSTRAP_TOKENS, Refuse.whileOff(host), (request, _) -> bootstrap(request)),
                host.open(ACLs.TOKEN_READ, Refuse.whileOff(host), (request, _) -> read(request)),
                host.endpoint(ACLs.TOKEN_SET, Refuse.whileOff(host), this::set),
                host.endpoint(ACLs.TOKEN_CLONE, Refuse.whileOff(host), this::copy),
                host.endpoint(ACLs.TOKEN_DELETE, Refuse.whileOff(host), this::delete),
                host.endpoint(ACLs.TOKEN_LIST, Refuse.whileOff(host), new AclTokenList(host)::list),
                host.endpoint(ACLs.TOKEN_BATCH_READ, Refuse.whileOff(host), this::batchRead));
    }

    private ACLToken bootstrap(ACLInitialTokenBootstrapRequest request) throws RpcException, InterruptedException {
        long done = host.store().current().entry(AclReads.BOOTSTRAPPED);
        Refuse.unless(done == 0, "ACL bootstrap no longer allowed (reset index: " + done + ")");
        var secret = request.bootstrapSecret();
        if (secret.isEmpty()) {
            secret = writer.unusedId();
        } else {
            Refuse.unless(secret.length() == 36, "uuid string is wrong length");
            Refuse.unless(Refuse.isUuid(secret), "uuid is improperly formatted");
            Refuse.unless(writer.isUnused(secret),
                    "Provided token cannot be used because a token with that secret already exists.");
        }
        var token = management(writer.unusedId(), secret, "Bootstrap Token (Global Management)",
                WireTime.of(host.time().instant()));
        host.apply(AclCommands.BOOTSTRAP, ACLTokenBootstrapRequest.ZERO.withToken(token));
        return AclReads.tokenByAccessor(host.store().current(), token.accessorID())
                .orElseThrow(() -> new RpcException("Failed to retrieve the token after writing it"));
    }

    /// A token that may do everything.
    static ACLToken management(String accessor, String secret, String description, WireTime now) {
        var token = ACLToken.ZERO.withAccessorID(accessor).withSecretID(secret).withDescription(description)
                .withPolicies(List.of(new ACLTokenPolicyLink(Builtin.MANAGEMENT.id(), Builtin.MANAGEMENT.name())))
                .withCreateTime(now);
        return token.withHash(Hashes.of(token));
    }

    private ACLTokenResponse read(ACLTokenGetRequest request) throws RpcException, InterruptedException {
        boolean bySecret = request.tokenIDType().equals("secret");
        // Whoever knows the secret has the token.
        var caller = bySecret ? Authorizer.EVERYTHING : host.tokens().resolve(request.queryOptions().token());
        if (!bySecret) {
            Refuse.unlessMay(caller, Access.READ);
        }
        boolean redacted = !caller.may(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
        return host.queries().ask(ACLs.TOKEN_READ, request, caller, state -> {
            var found = bySecret ? AclReads.tokenBySecret(state, request.tokenID())
                    : AclReads.tokenByAccessor(state, request.tokenID());
            var token = found.orElseThrow(() -> new RpcException("token does not exist: ACL not found"));
            Refuse.unless(!TokenTimes.hasExpired(token, host.time().instant()), "token has expired: ACL not found");
            var reply = ACLTokenResponse.ZERO.withSourceDatacenter(host.datacenter()).withRedacted(redacted)
                    .withToken(redacted ? token.withSecretID(HIDDEN) : token);
            long index = state.unwatched().entry(AclTokenTable.TABLE);
            return Result.found(index, request.expanded()
                    ? reply.withExpandedTokenInfo(new Expansion(host).of(state, token)) : reply);
        });
    }

    private ACLToken set(ACLTokenSetRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var token = request.aclToken();
        return token.accessorID().isEmpty() || request.create() ? writer.create(token) : writer.update(token);
    }

    private ACLToken copy(ACLTokenSetRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var sent = request.aclToken();
        var source = AclReads.tokenByAccessor(host.store().current(), sent.accessorID())
                .filter(token -> !TokenTimes.hasExpired(token, host.time().instant()))
                .orElseThrow(() -> new RpcException("token does not exist: ACL not found"));
        Refuse.unless(source.authMethod().isEmpty(), "Cannot clone a token created from an auth method");
        return writer.create(ACLToken.ZERO
                .withDescription(sent.description().isEmpty() ? source.description() : sent.description())
                .withPolicies(source.policies())
                .withRoles(source.roles())
                .withServiceIdentities(source.serviceIdentities())
                .withNodeIdentities(source.nodeIdentities())
                .withTemplatedPolicies(source.templatedPolicies())
                .withLocal(source.local())
                .withExpirationTime(source.expirationTime()));
    }

    private String delete(ACLTokenDeleteRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.WRITE);
        var accessor = request.tokenID();
        Refuse.unless(Refuse.isUuid(accessor), "Accessor ID is missing or an invalid UUID");
        Refuse.unless(!accessor.equals(Builtin.ANONYMOUS),
                "Delete operation not permitted on the anonymous token");
        var token = AclReads.tokenByAccessor(host.store().current(), accessor)
                .orElseThrow(() -> new RpcException("token does not exist: ACL not found"));
        Refuse.unless(!token.secretID().equals(request.writeRequest().token()),
                "Deletion of the request's authorization token is not permitted");
        host.apply(AclCommands.DELETE_TOKENS, ACLTokenBatchDeleteRequest.ZERO.withTokenIDs(List.of(accessor)),
                "Failed to apply token delete request: ");
        return accessor;
    }

    private ACLTokenBatchResponse batchRead(ACLTokenBatchGetRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        boolean reads = caller.may(Resource.ACL, Access.READ, Authorizer.UNNAMED);
        boolean redacted = !caller.may(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
        return host.queries().ask(ACLs.TOKEN_BATCH_READ, request, caller, state -> {
            var tokens = new ArrayList<ACLToken>();
            for (var accessor : request.accessorIDs()) {
                AclReads.tokenByAccessor(state, accessor).ifPresent(tokens::add);
            }
            boolean removed = !reads && !tokens.isEmpty();
            var shown = !reads ? List.<ACLToken>of()
                    : redacted ? tokens.stream().map(token -> token.withSecretID(HIDDEN)).toList() : tokens;
            return Result.found(state.unwatched().entry(AclTokenTable.TABLE), ACLTokenBatchResponse.ZERO
                    .withTokens(shown).withRedacted(redacted).withRemoved(removed)).filtered(removed);
        });
    }
}
