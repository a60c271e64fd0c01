package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Command;
import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.ConsensusStatistics;
import dev.proconsul.rpc.api.Leadership;
import dev.proconsul.rpc.api.LogSnapshot;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.RemoteServers;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerRoutes;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;

/// What a forwarding server sees: a leader that the test moves, servers that say what the test has written down, and time
/// that passes while the server pauses, and no other time.
final class ForwardingScene implements Consensus, ServerRoutes, RemoteServers, Stay {
    static final ServerInfo SELF = new ServerInfo("id-s1", "s1", "dc1", "127.0.0.1:1");
    static final ServerInfo LEADER = new ServerInfo("id-s2", "s2", "dc1", "127.0.0.1:2");
    static final ServerInfo NEXT_LEADER = new ServerInfo("id-s3", "s3", "dc1", "127.0.0.1:3");
    static final ServerInfo REMOTE = new ServerInfo("id-r1", "r1", "dc2", "127.0.0.1:4");

    boolean leads;
    Optional<ServerInfo> leader = Optional.of(LEADER);
    Optional<Duration> lastContact = Optional.of(Duration.ofMillis(20));
    RpcException deposed;

    Route route = new Route.To(REMOTE);
    final Set<ServerInfo> tracked = new TreeSet<>((a, b) -> a.id().compareTo(b.id()));
    final List<ServerInfo> answers = new ArrayList<>();
    final List<ServerInfo> failures = new ArrayList<>();

    record Call(ServerInfo server, String method, byte[] body, Duration timeout) {}

    final Queue<Outcome> outcomes = new ArrayDeque<>();
    final List<Call> calls = new ArrayList<>();
    Runnable beforeAnswer = () -> { };

    final List<Duration> pauses = new ArrayList<>();
    Runnable afterPause = () -> { };
    long now;
    boolean over;

    ForwardingScene() {
        tracked.addAll(List.of(SELF, LEADER, NEXT_LEADER));
    }

    // The consensus.

    @Override
    public Object apply(Command command) throws RpcException {
        throw new RpcException("node is not the leader");
    }

    @Override
    public void verifyLeader() throws RpcException {
        if (deposed != null) {
            throw deposed;
        }
    }

    @Override
    public boolean isLeader() {
        return leads;
    }

    @Override
    public void observe(Leadership observer) {
        // The scene has no duties.
    }

    @Override
    public void resign() {
        leads = false;
    }

    @Override
    public Optional<ServerInfo> leader() {
        return leader;
    }

    @Override
    public List<ServerInfo> peers() {
        return List.of(SELF, LEADER, NEXT_LEADER);
    }

    @Override
    public ConsensusStatistics statistics() {
        return new ConsensusStatistics(lastContact, 1, 10);
    }

    @Override
    public LogSnapshot snapshot() throws RpcException {
        throw new RpcException("no snapshot in this scene");
    }

    @Override
    public void restore(long index, InputStream state) throws RpcException {
        throw new RpcException("no snapshot in this scene");
    }

    // The routes.

    @Override
    public Route route(String datacenter) {
        return route;
    }

    @Override
    public void answered(ServerInfo server) {
        answers.add(server);
    }

    @Override
    public void failed(ServerInfo server, Outcome.Failed why) {
        failures.add(server);
    }

    @Override
    public boolean tracks(ServerInfo server) {
        return tracked.contains(server);
    }

    @Override
    public List<String> datacenters() {
        return List.of("dc2");
    }

    // The other servers.

    @Override
    public Outcome call(ServerInfo server, String method, byte[] request, Duration timeout) {
        calls.add(new Call(server, method, request, timeout));
        beforeAnswer.run();
        var outcome = outcomes.size() > 1 ? outcomes.remove() : outcomes.peek();
        if (outcome == null) {
            throw new AssertionError("nobody expected a call of " + method + " to " + server);
        }
        return outcome;
    }

    @Override
    public Connection connect(ServerInfo server, Protocol protocol) {
        throw new AssertionError("nobody expected a connection to " + server);
    }

    // The stay.

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public boolean pause(Duration time) {
        if (over) {
            return false;
        }
        pauses.add(time);
        now += time.toNanos();
        afterPause.run();
        return !over;
    }

    @Override
    public <R> R whileHere(LongWait<R> wait) throws RpcException, InterruptedException {
        return wait.run();
    }

    @Override
    public void close() {
        over = true;
    }

    Duration pausedFor() {
        return pauses.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
