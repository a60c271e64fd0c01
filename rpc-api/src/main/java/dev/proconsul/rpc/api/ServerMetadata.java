package dev.proconsul.rpc.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a server says of itself by the tags of its gossip.
///
/// @param name       name in the pool: the node's, in the pool of all datacenters with `.` and the datacenter behind it
/// @param info       what callers need; its node is the name without the datacenter
/// @param segment    network segment, empty where there are none
/// @param segments   where it gossips with other segments: `host:port` by name
/// @param ports      where else it can be reached
/// @param versions   what it runs
/// @param bootstrap  it started the cluster alone
/// @param expect     how many servers it waits for before the first election, 0 for none
/// @param readReplica it has no vote
/// @param tls        it takes TLS
/// @param features   values of its `ft_` tags by name
/// @param status     what the pool thinks of it
public record ServerMetadata(String name, ServerInfo info, String segment, Map<String, String> segments, Ports ports,
        Versions versions, boolean bootstrap, int expect, boolean readReplica, boolean tls,
        Map<String, Integer> features, Member.Status status) {
    private static final Pattern BUILD = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final Pattern SEGMENT = Pattern.compile("(?:\\[[^\\[\\]]*]|[^:\\[\\]]*):[0-9]{1,5}");
    private static final int HIGHEST_PORT = 65_535;

    /// Copies the maps.
    public ServerMetadata {
        segments = Map.copyOf(segments);
        features = Map.copyOf(features);
    }

    /// Ports of a server; 0 for those that it does not have.
    /// @param server  RPC
    /// @param lan     gossip of its datacenter or of the pool that it was found in
    /// @param wan     gossip among datacenters
    /// @param grpc    gRPC for others than servers and agents, in clear text
    /// @param grpcTls the same on TLS
    public record Ports(int server, int lan, int wan, int grpc, int grpcTls) {}

    /// Versions of what a server runs.
    /// @param build    three numbers with dots between
    /// @param protocol RPC protocol
    /// @param raft     Raft protocol, 0 when it does not say
    public record Versions(String build, int protocol, int raft) {}

    /// Understands the tags of a member.
    ///
    /// Deviation: a port above 65535 makes it no server; Consul finds out when it dials.
    ///
    /// @param member any
    /// @return what it says; empty when it is no server, or says something that makes no sense
    public static Optional<ServerMetadata> of(Member member) {
        try {
            return member.tag("role").equals("consul") ? Optional.of(parse(member)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ServerMetadata parse(Member member) {
        var datacenter = member.tag("dc");
        var suffix = "." + datacenter;
        var node = member.name().endsWith(suffix)
                ? member.name().substring(0, member.name().length() - suffix.length()) : member.name();
        int port = port(member.tag("port"));
        var host = member.address().contains(":") ? "[" + member.address() + "]" : member.address();
        var build = BUILD.matcher(member.tag("build"));
        if (!build.find()) {
            throw new IllegalArgumentException("no version in " + member.tag("build"));
        }
        var versions = new Versions(build.group(), Integer.parseInt(member.tag("vsn")), number(member, "raft_vsn"));
        return new ServerMetadata(member.name(),
                new ServerInfo(member.tag("id"), node, datacenter, host + ":" + port), member.tag("segment"),
                segments(member), ports(member, port), versions, member.tags().containsKey("bootstrap"),
                number(member, "expect"), isReadReplica(member), member.tags().containsKey("use_tls"),
                features(member), member.status());
    }

    private static Ports ports(Member member, int server) {
        int wan = member.tags().containsKey("wan_join_port") ? port(member.tag("wan_join_port")) : 0;
        int grpc = grpcPort(member.tag("grpc_port"));
        int grpcTls = grpcPort(member.tag("grpc_tls_port"));
        boolean announced = member.tags().containsKey("grpc_port") || member.tags().containsKey("grpc_tls_port");
        if (announced && grpc == 0 && grpcTls == 0) {
            throw new IllegalArgumentException("neither grpc_port nor grpc_tls_port is a port");
        }
        return new Ports(server, member.port(), wan, grpc, grpcTls);
    }

    private static boolean isReadReplica(Member member) {
        return member.tags().containsKey("nonvoter") || member.tags().containsKey("read_replica");
    }

    private static Map<String, String> segments(Member member) {
        var segments = new HashMap<String, String>();
        member.tags().forEach((tag, value) -> {
            if (tag.startsWith("sl_")) {
                if (!SEGMENT.matcher(value).matches()) {
                    throw new IllegalArgumentException(tag + " is no host:port");
                }
                segments.put(tag.substring(3), value);
            }
        });
        return segments;
    }

    private static Map<String, Integer> features(Member member) {
        var features = new HashMap<String, Integer>();
        member.tags().forEach((tag, value) -> {
            if (tag.startsWith("ft_")) {
                features.put(tag.substring(3), Integer.valueOf(value));
            }
        });
        return features;
    }

    private static int number(Member member, String tag) {
        return member.tags().containsKey(tag) ? Integer.parseInt(member.tag(tag)) : 0;
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(text + " is no port");
        }
        return port;
    }

    /// Of the two gRPC ports one may be nonsense, if the other is none.
    private static int grpcPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= HIGHEST_PORT ? Integer.parseInt(text) : 0;
    }
}
