package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.Coordinate;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.ServiceNode;
import dev.proconsul.rpc.structs.Session;

/// Which rows a caller may see.
///
/// Source: Consul `agent/structs/aclfilter/filter.go`.
public final class Readable {
    private Readable() {}

    /// {@return whether a node may be seen}
    /// @param caller who asks
    /// @param node   the node
    public static boolean node(Authorizer caller, Node node) {
        return node(caller, node.node());
    }

    /// {@return whether a node may be seen}
    /// @param caller who asks
    /// @param node   its name
    public static boolean node(Authorizer caller, String node) {
        return caller.may(Resource.NODE, Access.READ, node);
    }

    /// {@return whether a service may be seen}
    /// @param caller  who asks
    /// @param service its name
    public static boolean service(Authorizer caller, String service) {
        return caller.may(Resource.SERVICE, Access.READ, service);
    }

    /// {@return whether an instance may be seen}
    /// @param caller who asks
    /// @param row    the instance
    public static boolean serviceNode(Authorizer caller, ServiceNode row) {
        return node(caller, row.node()) && service(caller, row.serviceName());
    }

    /// {@return whether an instance may be seen}
    /// @param caller who asks
    /// @param row    the instance
    public static boolean instance(Authorizer caller, CheckServiceNode row) {
        var node = row.node();
        var service = row.service();
        return node != null && service != null && node(caller, node) && service(caller, service.service());
    }

    /// {@return whether a check may be seen}
    /// @param caller who asks
    /// @param check  the check
    public static boolean check(Authorizer caller, HealthCheck check) {
        return node(caller, check.node()) && (check.serviceName().isEmpty() || service(caller, check.serviceName()));
    }

    /// {@return whether a session may be seen}
    /// @param caller  who asks
    /// @param session the session
    public static boolean session(Authorizer caller, Session session) {
        return caller.may(Resource.SESSION, Access.READ, session.node());
    }

    /// {@return whether a coordinate may be seen}
    /// @param caller     who asks
    /// @param coordinate the coordinate
    public static boolean coordinate(Authorizer caller, Coordinate coordinate) {
        return node(caller, coordinate.node());
    }
}
