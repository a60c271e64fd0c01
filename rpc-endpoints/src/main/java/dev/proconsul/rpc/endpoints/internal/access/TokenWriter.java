package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.GoDurations;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Builtin;
import dev.proconsul.rpc.endpoints.internal.acl.Hashes;
import dev.proconsul.rpc.endpoints.internal.acl.TokenTimes;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.ACLTokenBatchSetRequest;
import dev.proconsul.rpc.structs.WireTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes and changes tokens.
///
/// Source: Consul `agent/consul/auth/token_writer.go`.
final class TokenWriter {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Host host;

    TokenWriter(Host host) {
        this.host = host;
    }

    ACLToken create(ACLToken sent) throws RpcException, InterruptedException {
        Refuse.unless(sent.authMethod().isEmpty(), "AuthMethod field is disallowed outside of login");
        var created = host.time().instant();
        var token = sent
                .withAccessorID(id("AccessorID", sent.accessorID()))
                .withSecretID(id("SecretID", sent.secretID()))
                .withCreateTime(WireTime.of(created))
                .withExpirationTime(expiration(sent, created))
                .withExpirationTTL(Duration.ZERO);
        return write(token);
    }

    private String id(String field, String wanted) throws RpcException {
        if (wanted.isEmpty()) {
            return unusedId();
        }
        Refuse.unless(Refuse.isUuid(wanted), "Invalid Token: " + field + " - not a valid UUID");
        Refuse.unless(!wanted.startsWith(Builtin.RESERVED), "Invalid Token: " + field + " - UUIDs with the prefix \""
                + Builtin.RESERVED + "\" are reserved");
        Refuse.unless(isUnused(wanted), "Invalid Token: " + field + " is already in use");
        return wanted;
    }

    /// A new id that is neither accessor nor secret of a token.
    String unusedId() {
        var id = host.chance().uuid();
        while (!isUnused(id)) {
            id = host.chance().uuid();
        }
        return id;
    }

    boolean isUnused(String id) {
        var state = host.store().current();
        return AclReads.tokenByAccessor(state, id).isEmpty() && AclReads.storedBySecret(state, id).isEmpty();
    }

    private @Nullable WireTime expiration(ACLToken sent, Instant created) throws RpcException {
        var ttl = sent.expirationTTL();
        var end = sent.expirationTime();
        boolean ends = end != null && TokenTimes.isSet(end);
        Refuse.unless(!ttl.isNegative(), "Token Expiration TTL '" + GoDurations.text(ttl) + "' should be > 0");
        Refuse.unless(ttl.isZero() || !ends, "Token Expiration TTL and Expiration Time cannot both be set");
        if (ttl.isZero() && !ends) {
            return null;
        }
        var wait = ends && end != null ? until(created, end) : ttl;
        Refuse.unless(!wait.isNegative(), "ExpirationTime cannot be before CreateTime");
        Refuse.unless(wait.compareTo(SHORTEST) >= 0, "ExpirationTime cannot be less than "
                + GoDurations.text(SHORTEST) + " in the future (was " + GoDurations.text(wait) + ")");
        Refuse.unless(wait.compareTo(LONGEST) < 0, "ExpirationTime cannot be more than "
                + GoDurations.text(LONGEST) + " in the future (was " + GoDurations.text(LONGEST) + ")");
        return ends ? end : WireTime.of(created.plus(ttl));
    }

    private static Duration until(Instant created, WireTime end) {
        try {
            return Duration.between(created, end.toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            return end.seconds() < 0 ? Duration.ofSeconds(-1) : LONGEST;
        }
    }

    ACLToken update(ACLToken sent) throws RpcException, InterruptedException {
        var accessor = sent.accessorID();
        Refuse.unless(Refuse.isUuid(accessor), "AccessorID is not a valid UUID");
        var stored = AclReads.tokenByAccessor(host.store().current(), accessor)
                .filter(token -> !TokenTimes.hasExpired(token, host.time().instant()))
                .orElseThrow(() -> new RpcException("Cannot find token \"" + accessor + "\""));
        Refuse.unless(sent.secretID().isEmpty() || sent.secretID().equals(stored.secretID()),
                "Changing a token's SecretID is not permitted");
        Refuse.unless(sent.local() == stored.local(), "Cannot toggle local mode of " + accessor);
        Refuse.unless(sent.authMethod().isEmpty() || sent.authMethod().equals(stored.authMethod()),
                "Cannot change AuthMethod of " + accessor);
        var end = sent.expirationTime();
        Refuse.unless(sent.expirationTTL().isZero()
                && (end == null || !TokenTimes.isSet(end) || isSame(end, stored)),
                "Cannot change expiration time of " + accessor);
        return write(sent
                .withSecretID(stored.secretID())
                .withAuthMethod(stored.authMethod())
                .withCreateTime(stored.createTime())
                .withExpirationTime(stored.expirationTime())
                .withExpirationTTL(Duration.ZERO));
    }

    private static boolean isSame(WireTime end, ACLToken stored) {
        var was = stored.expirationTime();
        return was != null && end.seconds() == was.seconds() && end.nanos() == was.nanos();
    }

    private ACLToken write(ACLToken sent) throws RpcException, InterruptedException {
        var rules = new TokenRules(host.store().current(), "token", sent.local());
        var token = sent
                .withPolicies(rules.policies(sent.policies()))
                .withRoles(rules.roles(sent.roles()))
                .withServiceIdentities(rules.services(sent.serviceIdentities()))
                .withNodeIdentities(rules.nodes(sent.nodeIdentities()))
                .withTemplatedPolicies(rules.templates(sent.templatedPolicies()));
        host.apply(AclCommands.SET_TOKENS, ACLTokenBatchSetRequest.ZERO
                .withTokens(List.of(token.withHash(Hashes.of(token)))), "Failed to apply token write request: ");
        return AclReads.tokenByAccessor(host.store().current(), token.accessorID())
                .orElseThrow(() -> new RpcException("Failed to retrieve the token after writing it"));
    }
}
