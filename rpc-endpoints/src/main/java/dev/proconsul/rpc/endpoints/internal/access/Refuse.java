package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import java.util.regex.Pattern;

/// What the methods of the service refuse.
final class Refuse {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Refuse() {}

    static void unless(boolean condition, String otherwise) throws RpcException {
        if (!condition) {
            throw new RpcException(otherwise);
        }
    }

    /// Before anything else: a server without ACLs has no tokens to talk about.
    static <Q> Host.Precheck<Q> whileOff(Host host) {
        return _ -> unless(host.acl().enabled(), "ACL support disabled");
    }

    static void unlessMay(Authorizer caller, Access access) throws RpcException {
        caller.require(Resource.ACL, access, Authorizer.UNNAMED);
    }

    static boolean isUuid(String text) {
        return UUID.matcher(text).matches();
    }
}
