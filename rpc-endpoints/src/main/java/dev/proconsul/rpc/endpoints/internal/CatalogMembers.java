package dev.proconsul.rpc.endpoints.internal;

import static java.lang.System.Logger.Level.INFO;

import dev.proconsul.rpc.api.Member;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.api.ServerMetadata;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.tables.CheckTable;
import dev.proconsul.rpc.endpoints.internal.tables.NodeTable;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.DeregisterRequest;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes into the catalog what the gossip thinks of a member, if it is not written already. Members that are no part of
/// this datacenter's Consul are let be.
///
/// Threads: one at a time. Source: Consul `agent/consul/leader_registrator_v1.go`.
final class CatalogMembers {
    private static final System.Logger LOG = System.getLogger("agent.server");
    private static final String CONSUL = "consul";
    private static final String PASSING = "passing";
    private static final String CRITICAL = "critical";
    private static final Pattern BUILD = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

    private final Host host;

    CatalogMembers(Host host) {
        this.host = host;
    }

    /// The names of all nodes that the gossip has brought in.
    List<String> nodesOfTheGossip() {
        var nodes = new ArrayList<String>();
        for (var check : host.store().current().all(CheckTable.TABLE)) {
            if (check.checkID().equals(SerfHealth.ID)) {
                nodes.add(check.node());
            }
        }
        return nodes;
    }

    void bringInStep(Member member) throws RpcException, InterruptedException {
        var server = serverHere(member);
        if (isStranger(member)) {
            if (serfHealth(member.name()) != null) {
                failed(member);
            }
            return;
        }
        switch (member.status()) {
            case ALIVE -> alive(member, server);
            case FAILED -> failed(member);
            case LEFT -> deregister(member.name(), "left");
            case NONE, LEAVING -> { }
        }
    }

    private Optional<ServerMetadata> serverHere(Member member) {
        return ServerMetadata.of(member).filter(server -> server.segment().isEmpty()
                && server.info().datacenter().equals(host.datacenter()));
    }

    private boolean isClientHere(Member member) {
        return member.tag("role").equals("node") && member.tag("dc").equals(host.datacenter());
    }

    /// Whether a member is no part of this datacenter's Consul.
    ///
    /// Deviation: a node whose member is still there, but no longer says that it is a server or client agent of Consul, is
    /// critical at once, and goes at the next round. That is how a server leaves whose Serf agent stays; an agent that was
    /// started anew says it again within moments.
    boolean isStranger(Member member) {
        return serverHere(member).isEmpty() && !isClientHere(member);
    }

    void gone(String name) throws RpcException, InterruptedException {
        if (serfHealth(name) != null) {
            deregister(name, "reaped");
        }
    }

    private void alive(Member member, Optional<ServerMetadata> server) throws RpcException, InterruptedException {
        var service = server.map(found -> service(member, found));
        var node = node(member.name());
        boolean same = node != null && node.address().equals(member.address())
                && (service.isEmpty() || hasService(member.name(), service.get()));
        if (same && hasStatus(member.name(), PASSING)) {
            return;
        }
        LOG.log(INFO, () -> "member joined, marking health alive: member=" + member.name());
        var request = register(member).withService(service.orElse(null))
                .withCheck(check(member.name(), PASSING, SerfHealth.ALIVE));
        host.apply(Commands.REGISTER, node == null
                ? request.withTaggedAddresses(server.isPresent() ? addresses(member) : request.taggedAddresses())
                        .withNodeMeta(meta(member))
                : request.withTaggedAddresses(node.taggedAddresses()).withNodeMeta(node.meta()));
    }

    private void failed(Member member) throws RpcException, InterruptedException {
        var node = node(member.name());
        if (node == null || node.address().equals(member.address()) && hasStatus(member.name(), CRITICAL)) {
            return;
        }
        LOG.log(INFO, () -> "member failed, marking health critical: member=" + member.name());
        host.apply(Commands.REGISTER, register(member).withSkipNodeUpdate(true)
                .withCheck(check(member.name(), CRITICAL, SerfHealth.FAILED)));
    }

    /// A leader never goes by its own hand: its follower will see to it.
    private void deregister(String name, String reason) throws RpcException, InterruptedException {
        boolean self = host.consensus().leader().map(ServerInfo::node).filter(name::equalsIgnoreCase).isPresent();
        if (self || node(name) == null) {
            return;
        }
        LOG.log(INFO, () -> "deregistering member: member=" + name + " reason=" + reason);
        host.apply(Commands.DEREGISTER, DeregisterRequest.ZERO.withDatacenter(host.datacenter()).withNode(name));
    }

    private RegisterRequest register(Member member) {
        return RegisterRequest.ZERO.withDatacenter(host.datacenter()).withId(member.tag("id")).withNode(member.name())
                .withAddress(member.address());
    }

    private static HealthCheck check(String node, String status, String output) {
        return HealthCheck.ZERO.withNode(node).withCheckID(SerfHealth.ID).withName(SerfHealth.NAME).withStatus(status)
                .withOutput(output);
    }

    private static NodeService service(Member member, ServerMetadata server) {
        var meta = new HashMap<String, String>();
        meta.put("non_voter", String.valueOf(member.tag("nonvoter").equals("1")));
        meta.put("read_replica", String.valueOf(member.tag("read_replica").equals("1")));
        meta.put("raft_version", String.valueOf(server.versions().raft()));
        meta.put("serf_protocol_current", String.valueOf(member.gossip().current()));
        meta.put("serf_protocol_min", String.valueOf(member.gossip().lowest()));
        meta.put("serf_protocol_max", String.valueOf(member.gossip().highest()));
        meta.put("version", server.versions().build());
        if (server.ports().grpc() > 0) {
            meta.put("grpc_port", String.valueOf(server.ports().grpc()));
        }
        if (server.ports().grpcTls() > 0) {
            meta.put("grpc_tls_port", String.valueOf(server.ports().grpcTls()));
        }
        return NodeService.ZERO.withId(CONSUL).withService(CONSUL).withPort(server.ports().server())
                .withWeights(new Weights(1, 1)).withTags(List.of()).withMeta(meta);
    }

    /// Client agents write these by themselves, as does the agent around a Consul server.
    private static Map<String, String> addresses(Member member) {
        return Map.of("lan", member.address(), "wan", member.address());
    }

    /// Client agents say their version as servers do. Deviation: Consul does not register one that does not.
    private static Map<String, String> meta(Member member) {
        var build = BUILD.matcher(member.tag("build"));
        return build.find() ? Map.of("consul-version", build.group()) : Map.of();
    }

    private @Nullable Node node(String name) {
        return host.store().current().get(NodeTable.BY_NAME, Keys.of(name));
    }

    private @Nullable HealthCheck serfHealth(String node) {
        return host.store().current().get(CheckTable.BY_ID, Keys.of(node, SerfHealth.ID));
    }

    private boolean hasStatus(String node, String status) {
        var check = serfHealth(node);
        return check != null && check.status().equals(status);
    }

    private boolean hasService(String node, NodeService service) {
        var row = host.store().current().get(ServiceTable.BY_ID, Keys.of(node, service.id()));
        return row != null && row.service().meta().equals(service.meta()) && row.service().port() == service.port();
    }
}
