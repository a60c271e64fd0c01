package dev.proconsul.rpc.server.internal;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.endpoints.Endpoints;
import dev.proconsul.rpc.server.ServerConfig;
import dev.proconsul.rpc.transport.tls.PemSource;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// What a server says of itself in the gossip, as a Consul server does.
///
/// Source: Consul `agent/consul/server_serf.go`.
final class ServerTags {
    private static final String YES = "1";

    private ServerTags() {}

    /// @param wanJoinPort where the server gossips with other datacenters; empty where it does not, and for that pool
    static Map<String, String> of(ServerConfig config, ServerInfo self, OptionalInt wanJoinPort) {
        var tags = new TreeMap<String, String>();
        tags.put("role", "consul");
        tags.put("dc", config.datacenter());
        tags.put("segment", "");
        tags.put("id", self.id());
        tags.put("vsn", "2");
        tags.put("vsn_min", "2");
        tags.put("vsn_max", "3");
        tags.put("raft_vsn", "3");
        tags.put("build", Endpoints.CONSUL_VERSION + ":proconsul");
        tags.put("port", self.address().substring(self.address().lastIndexOf(':') + 1));
        tags.put("bootstrap", YES); // the only voter
        tags.put("acls", config.acl().enabled() ? YES : "0");
        tags.put("ft_fs", YES);
        tags.put("ft_si", YES);
        wanJoinPort.ifPresent(port -> tags.put("wan_join_port", String.valueOf(port)));
        if (!config.tls().authorities().equals(PemSource.none())) {
            tags.put("use_tls", YES);
        }
        return tags;
    }
}
