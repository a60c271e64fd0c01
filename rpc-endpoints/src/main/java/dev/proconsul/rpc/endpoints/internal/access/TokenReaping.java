package dev.proconsul.rpc.endpoints.internal.access;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Duty;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.Time;
import dev.proconsul.rpc.endpoints.internal.acl.TokenTimes;
import dev.proconsul.rpc.endpoints.internal.commands.AclCommands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.AclTokenTable;
import dev.proconsul.rpc.structs.ACLTokenBatchDeleteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Removes tokens that have expired. They are refused from the moment on at which they expire, whenever this comes.
///
/// Source: Consul `agent/consul/acl_token_exp.go`.
public final class TokenReaping implements Duty {
    /// How often there is a look.
    static final Duration INTERVAL = Duration.ofSeconds(5);
    /// How many go in one round.
    static final int BATCH = 512;

    private static final System.Logger LOG = System.getLogger("agent.server");

    private final Host host;
    private Time.Timer next = () -> { };

    /// Makes the duty.
    /// @param host what it runs in
    public TokenReaping(Host host) {
        this.host = host;
    }

    @Override
    public synchronized void lead() {
        if (host.acl().enabled()) {
            next = host.time().after(INTERVAL, this::round);
        }
    }

    private void round() {
        try {
            reap();
            lead();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server ends
        }
    }

    private void reap() throws InterruptedException {
        List<String> expired = new ArrayList<>();
        var now = host.time().instant();
        // The first to end comes first.
        for (var token : host.store().current().under(AclTokenTable.BY_EXPIRY, Keys.NONE)) {
            if (!TokenTimes.hasExpired(token, now) || expired.size() == BATCH) {
                break;
            }
            expired.add(token.accessorID());
        }
        if (!expired.isEmpty()) {
            try {
                host.apply(AclCommands.DELETE_TOKENS, ACLTokenBatchDeleteRequest.ZERO.withTokenIDs(expired));
            } catch (RpcException | RuntimeException e) {
                LOG.log(WARNING, () -> "failed to remove " + expired.size() + " expired tokens: " + e.getMessage());
            }
        }
    }

    @Override
    public synchronized void follow() {
        next.cancel();
    }
}
