package dev.proconsul.rpc.client;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.KeyringReport;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.MemberEvent;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.internal.serf.SerfFollower;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;

/// The members of a Serf cluster, learned from a Serf agent through its RPC port.
///
/// ```java
/// try (var serf = SerfMembership.start(SerfConfig.lan("127.0.0.1:7373", "dc1"))) {
///     serf.awaitMembers(Duration.ofSeconds(5));
///     serf.servers("dc1").forEach(server -> System.out.println(server.address()));
/// }
/// ```
///
/// Servers are those members that have a server's tags ([dev.proconsul.rpc.api.ServerMetadata]). While the agent is away
/// the last known members stay; the connection is tried anew with growing, jittered pauses up to 30 s.
///
/// Threads: any. Listeners are called on one thread of the membership. Whoever starts it closes it.
/// Source: Serf's RPC protocol, version 1; Consul `agent/consul/client_serf.go`, `server_serf.go`.
public final class SerfMembership implements Gossip, AutoCloseable {
    private final SerfFollower follower;

    private SerfMembership(SerfFollower follower) {
        this.follower = follower;
    }

    /// How it stands with the Serf agent.
    public sealed interface State {
        /// Not connected; it is tried anew.
        /// @param problem why the last attempt or connection ended; empty before the first
        record Connecting(Optional<String> problem) implements State {}

        /// The agent refuses, until a person changes something here or there. It is tried anew nevertheless.
        /// @param problem what is wrong, and what to change
        record Misconfigured(String problem) implements State {}

        /// Connected, with all members known.
        /// @param node name of the agent in its pool
        record Connected(String node) implements State {}

        /// Closed.
        record Closed() implements State {}
    }

    /// What the agent shall say of a server beside it. Consul: serf tags.
    ///
    /// @param name how the agent must be called in its pool; an agent of another name is not given the tags
    /// @param tags what to say; other tags of the agent stay
    public record Announcement(String name, Map<String, String> tags) {
        /// Copies the tags.
        public Announcement {
            tags = Map.copyOf(tags);
        }
    }

    /// Begins to follow a Serf agent.
    ///
    /// @param config where it is
    /// @return the membership, to be closed by the caller; it knows no members yet
    public static SerfMembership start(SerfConfig config) {
        return new SerfMembership(SerfFollower.start(config, Optional.empty()));
    }

    /// Begins to follow a Serf agent, and has it announce a server: again whenever the tags are missing, and until this
    /// is closed.
    ///
    /// @param config       where it is
    /// @param announcement what it shall say
    /// @return the membership, to be closed by the caller; it knows no members yet
    public static SerfMembership start(SerfConfig config, Announcement announcement) {
        return new SerfMembership(SerfFollower.start(config, Optional.of(announcement)));
    }

    /// Waits until the members are known, or the agent refuses.
    ///
    /// @param timeout how long
    /// @return true when the members are known
    /// @throws InterruptedException when the caller was interrupted
    public boolean awaitMembers(Duration timeout) throws InterruptedException {
        return follower.awaitMembers(timeout);
    }

    /// {@return how it stands with the agent}
    public State state() {
        return follower.state();
    }

    /// {@return counters: `serf.connections` made, `serf.events` received, `serf.overflows` of the queue of events}
    public Map<String, Long> counters() {
        return follower.counters();
    }

    @Override
    public List<ServerInfo> servers(String datacenter) {
        return follower.table().servers(datacenter);
    }

    @Override
    public SortedSet<String> datacenters() {
        return follower.table().datacenters();
    }

    @Override
    public Optional<List<Member>> members() {
        return follower.table().members();
    }

    @Override
    public Subscription watch(Consumer<? super ServerEvent> listener) {
        return follower.listeners().addServerListener(listener);
    }

    @Override
    public Subscription watchMembers(Consumer<? super MemberEvent> listener) {
        return follower.listeners().addMemberListener(listener);
    }

    @Override
    public void fire(String name, byte[] payload) throws RpcException, InterruptedException {
        follower.fire(name, payload);
    }

    @Override
    public KeyringReport keyring(KeyOperation operation, String key) throws RpcException, InterruptedException {
        return follower.keyring(operation, key);
    }

    /// Takes the announcement back, if the agent can be reached within two seconds, and ends. Closing twice is harmless.
    @Override
    public void close() {
        follower.close();
    }
}
