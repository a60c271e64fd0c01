package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.Member.Status;
import dev.proconsul.rpc.api.ServerEvent;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which members of a pool are servers that callers may be given.
///
/// In the pool of one datacenter those that are there; in the pool of all datacenters those that have failed as well,
/// since they are often only cut off. Source: Consul `agent/consul/client_serf.go`, `agent/router/serf_adapter.go`.
///
/// @param datacenter of a pool of one datacenter; empty in the pool of all
record ServerRule(Optional<String> datacenter) {
    private static final System.Logger LOG = System.getLogger("agent.serf");

    /// The server that a member is, if it is to be listed.
    Optional<ServerInfo> listed(Member member) {
        boolean failed = member.status() == Status.FAILED && datacenter.isEmpty();
        if (!failed && member.status() != Status.ALIVE && member.status() != Status.LEAVING) {
            return Optional.empty();
        }
        return ServerMetadata.of(member)
                .filter(server -> server.segment().isEmpty())
                .map(ServerMetadata::info)
                .filter(server -> datacenter.isEmpty() || datacenter.get().equals(server.datacenter()));
    }

    /// What the change of a member means for the servers.
    List<ServerEvent> events(@Nullable Member before, @Nullable Member now) {
        var was = Optional.ofNullable(before).flatMap(this::listed);
        var is = Optional.ofNullable(now).flatMap(this::listed);
        boolean recovers = isFailed(before) && !isFailed(now);
        var events = new ArrayList<ServerEvent>();
        if (is.isEmpty()) {
            warnOfStranger(before, now);
            was.ifPresent(server -> events.add(new ServerEvent.Removed(server)));
            return events;
        }
        var server = is.get();
        boolean stays = was.filter(old -> isSame(old, server)).isPresent();
        if (!stays) {
            was.ifPresent(old -> events.add(new ServerEvent.Removed(old)));
            events.add(new ServerEvent.Added(server));
        } else if (!was.get().equals(server) || recovers) {
            events.add(new ServerEvent.Changed(server));
        }
        if (isFailed(now) && (!isFailed(before) || !events.isEmpty())) {
            events.add(new ServerEvent.Failed(server));
        }
        return events;
    }

    private static boolean isFailed(@Nullable Member member) {
        return member != null && member.status() == Status.FAILED;
    }

    private static boolean isSame(ServerInfo one, ServerInfo other) {
        return one.node().equals(other.node()) && one.datacenter().equals(other.datacenter());
    }

    private void warnOfStranger(@Nullable Member before, @Nullable Member now) {
        if (before == null && now != null && datacenter.isPresent() && now.status() == Status.ALIVE
                && now.tag("role").equals("consul") && !now.tag("dc").equals(datacenter.get())) {
            LOG.log(System.Logger.Level.WARNING, () -> "server " + now.name() + " of datacenter " + now.tag("dc")
                    + " is in the pool of " + datacenter.get() + "; not used");
        }
    }
}
