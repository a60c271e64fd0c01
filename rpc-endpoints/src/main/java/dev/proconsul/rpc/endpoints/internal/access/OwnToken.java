package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.acl.TokenTimes;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLToken;

/// The token of a caller who asks about it.
///
/// @param host what it runs in
record OwnToken(Host host) {
    ACLToken of(Reader state, String secret) throws RpcException {
        return AclReads.tokenBySecret(state, secret.isEmpty() ? Builtin.ANONYMOUS_SECRET : secret)
                .filter(token -> !TokenTimes.hasExpired(token, host.time().instant()))
                .orElseThrow(() -> new RpcException("ACL not found"));
    }
}
