package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverConfigEntry;
import dev.proconsul.rpc.structs.ServiceRouterConfigEntry;
import dev.proconsul.rpc.structs.ServiceSplitterConfigEntry;
import java.util.LinkedHashSet;
import java.util.Set;

/// Who may see and change config entries.
///
/// Source: the methods `CanRead` and `CanWrite` in Consul `agent/structs/config_entry*.go`.
public final class EntryRights {
    private EntryRights() {}

    /// {@return whether an entry may be seen}
    /// @param caller who asks
    /// @param kind   of the entry
    /// @param name   of the entry
    public static boolean mayRead(Authorizer caller, String kind, String name) {
        return switch (kind) {
            case "proxy-defaults", "mesh" -> true;
            case "service-intentions" -> caller.may(Resource.INTENTION, Access.READ, name);
            case "jwt-provider" -> caller.may(Resource.MESH, Access.READ, Authorizer.UNNAMED)
                    || caller.mayAny(Resource.SERVICE, Access.WRITE);
            case "exported-services", "sameness-group", "inline-certificate", "file-system-certificate",
                    "http-route", "tcp-route" -> caller.may(Resource.MESH, Access.READ, Authorizer.UNNAMED);
            default -> caller.may(Resource.SERVICE, Access.READ, name);
        };
    }

    static void requireRead(Authorizer caller, String kind, String name) throws RpcException {
        if (!mayRead(caller, kind, name)) {
            throw switch (kind) {
                case "service-intentions" -> caller.denied(Resource.INTENTION, Access.READ, name);
                case "exported-services", "sameness-group", "inline-certificate", "file-system-certificate",
                        "http-route", "tcp-route", "jwt-provider" ->
                    caller.denied(Resource.MESH, Access.READ, Authorizer.UNNAMED);
                default -> caller.denied(Resource.SERVICE, Access.READ, name);
            };
        }
    }

    static void requireWrite(Authorizer caller, ConfigEntry entry) throws RpcException {
        switch (entry.kindName()) {
            case "service-defaults", "service-router", "service-splitter", "service-resolver" -> {
                caller.require(Resource.SERVICE, Access.WRITE, entry.name());
                for (var service : referenced(entry)) {
                    caller.require(Resource.SERVICE, Access.READ, service);
                }
            }
            case "service-intentions" -> caller.require(Resource.INTENTION, Access.WRITE, entry.name());
            case "bound-api-gateway" -> throw new RpcException("Permission denied: only writeable by controller");
            default -> caller.require(Resource.MESH, Access.WRITE, Authorizer.UNNAMED);
        }
    }

    /// The services that an entry sends requests to, other than its own.
    private static Set<String> referenced(ConfigEntry entry) {
        var names = new LinkedHashSet<String>();
        switch (entry) {
            case ServiceRouterConfigEntry router -> router.routes().forEach(route -> {
                var destination = route.destination();
                if (destination != null) {
                    names.add(destination.service());
                }
            });
            case ServiceSplitterConfigEntry splitter -> splitter.splits().forEach(split -> names.add(split.service()));
            case ServiceResolverConfigEntry resolver -> {
                var redirect = resolver.redirect();
                if (redirect != null) {
                    names.add(redirect.service());
                }
                resolver.failover().values().forEach(failover -> {
                    names.add(failover.service());
                    failover.targets().forEach(target -> names.add(target.service()));
                });
            }
            default -> { }
        }
        names.remove("");
        names.remove(entry.name());
        return names;
    }
}
