package dev.proconsul.rpc.server.internal;

import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Gossip;
import dev.proconsul.rpc.api.GossipPools;
import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.SerfConfig;
import dev.proconsul.rpc.client.SerfMembership;
import dev.proconsul.rpc.client.SerfMembership.Announcement;
import dev.proconsul.rpc.client.SerfMembership.State;
import dev.proconsul.rpc.server.SerfAgents;
import dev.proconsul.rpc.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A server's part in the gossip: announced by Serf agents beside it, from which it learns who else is there.
///
/// Threads: any. Whoever starts it closes it.
final class ServerGossip implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("agent.server");
    /// An agent that takes longer, or is not there yet, is joined later.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Optional<SerfMembership> lan;
    private final Optional<SerfMembership> wan;

    private ServerGossip(Optional<SerfMembership> lan, Optional<SerfMembership> wan) {
        this.lan = lan;
        this.wan = wan;
    }

    /// Has the agents announce the server, and waits a little until it knows who else is there.
    ///
    /// @param config which agents
    /// @param self   the server
    /// @return its part in the gossip; none at all without agents
    /// @throws IOException when an agent refuses; the message says what to change
    static ServerGossip start(ServerConfig config, ServerInfo self) throws IOException {
        requireAgent(config.serf().lan(), "serf.auth_key", "serf.agent");
        requireAgent(config.serf().wan(), "serf.wan_auth_key", "serf.wan_agent");
        var wan = Optional.<SerfMembership>empty();
        var lan = Optional.<SerfMembership>empty();
        try {
            var wanName = config.node() + "." + config.datacenter();
            if (config.serf().wan().address().isPresent()) {
                wan = Optional.of(join(SerfConfig.wan(config.serf().wan().address().get()), config.serf().wan(),
                        new Announcement(wanName, ServerTags.of(config, self, OptionalInt.empty()))));
            }
            if (config.serf().lan().address().isPresent()) {
                var port = member(wan, wanName).map(found -> OptionalInt.of(found.port())).orElse(OptionalInt.empty());
                lan = Optional.of(join(SerfConfig.lan(config.serf().lan().address().get(), config.datacenter()),
                        config.serf().lan(), new Announcement(config.node(), ServerTags.of(config, self, port))));
                member(lan, config.node()).ifPresent(member -> compare(member, self));
            }
            return new ServerGossip(lan, wan);
        } catch (IOException | RuntimeException e) {
            lan.ifPresent(SerfMembership::close);
            wan.ifPresent(SerfMembership::close);
            throw e;
        }
    }

    private static void requireAgent(SerfAgents.Agent agent, String key, String address) throws GossipRefused {
        if (agent.authKey().isPresent() && agent.address().isEmpty()) {
            throw new GossipRefused(key + " is set, but there is no " + address + " to show it to");
        }
    }

    private static SerfMembership join(SerfConfig config, SerfAgents.Agent agent, Announcement announcement)
            throws IOException {
        var membership = SerfMembership.start(agent.authKey().map(config::withAuthKey).orElse(config), announcement);
        try {
            membership.awaitMembers(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it joins later, or the server ends
        }
        if (membership.state() instanceof State.Misconfigured(var problem)) {
            membership.close();
            throw new GossipRefused(problem);
        }
        return membership;
    }

    private static Optional<Member> member(Optional<SerfMembership> pool, String name) {
        return pool.flatMap(Gossip::members).flatMap(members ->
                members.stream().filter(member -> member.name().equals(name)).findFirst());
    }

    /// Others dial the address where the Serf agent gossips.
    private static void compare(Member member, ServerInfo self) {
        var host = self.address().substring(0, self.address().lastIndexOf(':'));
        try {
            var listening = InetAddress.getByName(host);
            if (!listening.isAnyLocalAddress() && !listening.equals(InetAddress.getByName(member.address()))) {
                LOG.log(WARNING, () -> "others are told to find this server at " + member.address()
                        + ", the address of its Serf agent, but it listens on " + host + " only: start it with -bind "
                        + member.address() + ", or the Serf agent with -advertise=" + host);
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // both are addresses, not names
        }
    }

    GossipPools pools() {
        return new GossipPools(lan.map(Gossip.class::cast), wan.map(Gossip.class::cast));
    }

    void addTo(Map<String, Long> counters) {
        addTo(counters, "serf.lan.", lan);
        addTo(counters, "serf.wan.", wan);
    }

    private static void addTo(Map<String, Long> counters, String prefix, Optional<SerfMembership> pool) {
        pool.ifPresent(membership -> {
            membership.counters().forEach((name, count) -> counters.put(name.replace("serf.", prefix), count));
            counters.put(prefix + "members", (long) membership.members().map(List::size).orElse(0));
        });
    }

    /// Takes the announcements back, and ends. Closing twice is harmless.
    @Override
    public void close() {
        lan.ifPresent(SerfMembership::close);
        wan.ifPresent(SerfMembership::close);
    }
}
