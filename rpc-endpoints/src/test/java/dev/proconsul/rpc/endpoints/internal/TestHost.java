package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.GossipPools;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.SingleServer;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.endpoints.ConnectConfig;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.endpoints.Peers;
import dev.proconsul.rpc.endpoints.QueryTimes;
import dev.proconsul.rpc.endpoints.internal.acl.StoredTokens;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.SnapshotRecords;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.structs.Method;
import java.util.List;

/// All services of a server without sockets, on time that the test moves, with chance that is always the same.
final class TestHost {
    static final ServerInfo SELF = new ServerInfo("aaaaaaaa-1111-1111-1111-111111111111", "s1", "dc1",
            "127.0.0.1:8300");

    final ManualTime time = new ManualTime();
    final StateStore store = new StateStore(Commands.all(), SnapshotRecords.FORM, time, System::nanoTime);
    final SingleServer consensus = new SingleServer(SELF, store);
    final Host host;
    final EndpointTable table;
    final EndpointTable insecureTable;
    final LeaderDuties duties;

    TestHost() {
        this(QueryTimes.DEFAULT);
    }

    TestHost(QueryTimes times) {
        this(times, AclConfig.DISABLED);
    }

    TestHost(QueryTimes times, AclConfig acl) {
        this(times, acl, GossipPools.NONE);
    }

    TestHost(GossipPools gossip) {
        this(QueryTimes.DEFAULT, AclConfig.DISABLED, gossip);
    }

    private TestHost(QueryTimes times, AclConfig acl, GossipPools gossip) {
        var tokens = acl.enabled() ? new StoredTokens(store, time, acl, "dc1") : TokenResolver.DISABLED;
        var connect = ConnectConfig.on(new FakeSigner())
                .withAutoEncrypt(true, () -> new ConnectConfig.AgentTls(List.of("manual root"), true));
        var stay = new SystemStay();
        var forwarding = new Forwarding("dc1", consensus, Peers.NONE, times, tokens, stay, _ -> 0);
        host = new Host("dc1", store, consensus, new BlockingQueries(store, consensus, times, ready()), forwarding,
                tokens, time, Chance.seeded(1), acl, connect, gossip);
        var services = new Services(host);
        table = EndpointTable.of(services.rows());
        insecureTable = EndpointTable.of(services.insecureRows());
        duties = services.duties();
    }

    static Readiness ready() {
        var readiness = new Readiness(new SystemStay(), Peers.DEFAULT_HOLD_TIMEOUT);
        readiness.set(true);
        return readiness;
    }

    <Q, R> R call(Method<Q, R> method, Q request) throws RpcException, InterruptedException {
        var served = insecureTable.methods().contains(method) ? insecureTable : table;
        return served.call(method, request);
    }

    long index() {
        return consensus.statistics().lastIndex();
    }
}
