package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.acl.TokenTimes;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenListRequest;
import dev.proconsul.rpc.structs.ACLTokenListResponse;
import dev.proconsul.rpc.structs.ACLTokenListStub;
import dev.proconsul.rpc.structs.ACLs;
import java.util.ArrayList;
import java.util.Comparator;

/// Lists tokens: the global ones, then the local ones, each by their secrets.
///
/// @param host what it runs in
record AclTokenList(Host host) {
    private static final Comparator<ACLToken> ORDER =
            Comparator.comparing(ACLToken::local).thenComparing(ACLToken::secretID);

    ACLTokenListResponse list(ACLTokenListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        Refuse.unlessMay(caller, Access.READ);
        boolean redacted = !caller.may(Resource.ACL, Access.WRITE, Authorizer.UNNAMED);
        return host.queries().ask(ACLs.TOKEN_LIST, request, caller, state -> {
            long index = state.entry(AclTokenTable.TABLE);
            var now = host.time().instant();
            var tokens = new ArrayList<ACLToken>();
            for (var token : candidates(request, state.unwatched())) {
                if (isWanted(request, token) && !TokenTimes.hasExpired(token, now)) {
                    tokens.add(AclReads.linked(state.unwatched(), token));
                }
            }
            tokens.sort(ORDER);
            return Result.found(index, ACLTokenListResponse.ZERO
                    .withTokens(tokens.stream().map(token -> stub(token, redacted)).toList()));
        });
    }

    private static Iterable<ACLToken> candidates(ACLTokenListRequest request, Reader state) {
        if (!request.policy().isEmpty()) {
            return state.under(AclTokenTable.BY_POLICY, Keys.of(request.policy()));
        }
        if (!request.role().isEmpty()) {
            return state.under(AclTokenTable.BY_ROLE, Keys.of(request.role()));
        }
        return request.authMethod().isEmpty() ? state.all(AclTokenTable.TABLE)
                : state.under(AclTokenTable.BY_AUTH_METHOD, Keys.of(request.authMethod()));
    }

    private static boolean isWanted(ACLTokenListRequest request, ACLToken token) {
        boolean both = request.includeLocal() == request.includeGlobal();
        return (both || token.local() == request.includeLocal())
                && (request.role().isEmpty() || token.roles().stream().anyMatch(l -> l.id().equals(request.role())))
                && (request.authMethod().isEmpty() || token.authMethod().equalsIgnoreCase(request.authMethod()))
                && (request.serviceName().isEmpty() || token.serviceIdentities().stream()
                        .anyMatch(identity -> identity.serviceName().equals(request.serviceName())));
    }

    private static ACLTokenListStub stub(ACLToken token, boolean redacted) {
        return new ACLTokenListStub(token.accessorID(), redacted ? "<hidden>" : token.secretID(), token.description(),
                token.policies(), token.roles(), token.serviceIdentities(), token.nodeIdentities(),
                token.templatedPolicies(), token.local(), token.authMethod(), token.expirationTime(),
                token.createTime(), token.hash(), token.raftIndex().createIndex(), token.raftIndex().modifyIndex());
    }
}
