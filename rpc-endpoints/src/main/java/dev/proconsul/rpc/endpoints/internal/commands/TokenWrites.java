package dev.proconsul.rpc.endpoints.internal.commands;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Nothing;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.endpoints.internal.tables.AclPolicyTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.endpoints.internal.tables.AclRoleTable;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import dev.proconsul.rpc.structs.ACLTokenBatchSetRequest;
import dev.proconsul.rpc.structs.ACLTokenBootstrapRequest;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenRoleLink;
import dev.proconsul.rpc.structs.RaftIndex;
import java.time.Duration;

/// Beginning, change and end of ACL tokens.
///
/// Source: Consul `agent/consul/state/acl.go`.
final class TokenWrites {
    private static final ACLTokenBatchSetRequest PLAIN = ACLTokenBatchSetRequest.ZERO;

    private TokenWrites() {}

    static Object bootstrap(Transaction state, ACLTokenBootstrapRequest request) throws RpcException {
        long done = state.entry(AclReads.BOOTSTRAPPED);
        if (done != 0 && request.resetIndex() == 0) {
            throw new RpcException("ACL bootstrap no longer allowed");
        }
        if (done != 0 && request.resetIndex() != done) {
            throw new RpcException("Invalid ACL bootstrap reset index");
        }
        set(state, request.token(), PLAIN);
        state.bump(AclReads.BOOTSTRAPPED);
        return Nothing.NOTHING;
    }

    static Object set(Transaction state, ACLTokenBatchSetRequest request) throws RpcException {
        for (var token : request.tokens()) {
            set(state, token, request);
        }
        return Nothing.NOTHING;
    }

    private static void set(Transaction state, ACLToken sent, ACLTokenBatchSetRequest how) throws RpcException {
        if (sent.secretID().isEmpty()) {
            throw new RpcException("Missing ACL Token SecretID");
        }
        if (sent.accessorID().isEmpty()) {
            throw new RpcException("Missing ACL Token AccessorID");
        }
        var stored = state.get(AclTokenTable.BY_ACCESSOR, Keys.of(sent.accessorID()));
        long wanted = sent.raftIndex().modifyIndex();
        if (how.cas() && wanted != (stored == null ? 0 : stored.raftIndex().modifyIndex())) {
            return;
        }
        var other = AclReads.storedBySecret(state, sent.secretID());
        if (other.isPresent() && !other.get().accessorID().equalsIgnoreCase(sent.accessorID())) {
            throw new RpcException("The ACL Token AccessorID field is immutable");
        }
        if (stored != null && !stored.secretID().equals(sent.secretID())) {
            throw new RpcException("The ACL Token SecretID field is immutable");
        }
        if (how.prohibitUnprivileged() && sent.policies().isEmpty() && sent.roles().isEmpty()
                && sent.serviceIdentities().isEmpty() && sent.nodeIdentities().isEmpty()
                && sent.templatedPolicies().isEmpty()) {
            throw new RpcException("Cannot store a token without any privileges");
        }
        var token = withoutNames(sent).withExpirationTTL(Duration.ZERO);
        if (!how.allowMissingLinks()) {
            requireLinks(state, token);
        }
        if (!token.authMethod().isEmpty() && AclReads.authMethod(state, token.authMethod()).isEmpty()) {
            throw new RpcException("No such auth method with name \"" + token.authMethod() + "\"");
        }
        put(state, token, stored == null ? state.index() : stored.raftIndex().createIndex());
    }

    private static void put(Transaction state, ACLToken token, long createIndex) throws RpcException {
        state.put(AclTokenTable.TABLE, token.withRaftIndex(new RaftIndex(createIndex, state.index())));
    }

    private static ACLToken withoutNames(ACLToken token) {
        return token
                .withPolicies(Links.ids(token.policies(), ACLTokenPolicyLink::id, id -> new ACLTokenPolicyLink(id, "")))
                .withRoles(Links.ids(token.roles(), ACLTokenRoleLink::id, id -> new ACLTokenRoleLink(id, "")));
    }

    private static void requireLinks(Transaction state, ACLToken token) throws RpcException {
        for (var link : token.policies()) {
            if (state.get(AclPolicyTable.BY_ID, Keys.of(link.id())) == null) {
                throw new RpcException("No such ACL policy with ID \"" + link.id() + "\"");
            }
        }
        for (var link : token.roles()) {
            if (state.get(AclRoleTable.BY_ID, Keys.of(link.id())) == null) {
                throw new RpcException("No such ACL role with ID \"" + link.id() + "\"");
            }
        }
    }

    static Object delete(Transaction state, ACLTokenBatchDeleteRequest request) throws RpcException {
        for (var accessor : request.tokenIDs()) {
            if (accessor.equals(Builtin.ANONYMOUS)) {
                throw new RpcException("Deletion of the builtin anonymous token is not permitted");
            }
            var stored = state.get(AclTokenTable.BY_ACCESSOR, Keys.of(accessor));
            if (stored != null) {
                state.delete(AclTokenTable.TABLE, stored);
            }
        }
        return Nothing.NOTHING;
    }
}
