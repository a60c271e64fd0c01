package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.mesh.EntryRights;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.Node;

/// What has happened to one thing. Immutable.
public sealed interface Payload {
    /// {@return whether somebody may know of it}
    /// @param caller who asks
    boolean readable(Authorizer caller);

    /// An instance of a service, its node or a check of either has changed.
    /// @param gone     whether the instance is not there any more; then the node has a name only, and there are no checks
    /// @param instance the instance
    record Health(boolean gone, CheckServiceNode instance) implements Payload {
        @Override
        public boolean readable(Authorizer caller) {
            return Readable.instance(caller, instance);
        }
    }

    /// A service has got its first instance, or lost its last.
    /// @param gone whether it has no instance any more
    /// @param name of the service
    record ServiceName(boolean gone, String name) implements Payload {
        @Override
        public boolean readable(Authorizer caller) {
            return Readable.service(caller, name);
        }
    }

    /// A config entry was written or removed.
    /// @param gone whether it was removed
    /// @param row  the entry, as it is or was
    record Entry(boolean gone, ConfigEntryRow row) implements Payload {
        @Override
        public boolean readable(Authorizer caller) {
            return EntryRights.mayRead(caller, row.entry().kindName(), row.entry().name());
        }
    }

    /// A key was written or removed.
    /// @param gone  whether it was removed
    /// @param entry the entry, as it is or was
    record Key(boolean gone, DirEntry entry) implements Payload {
        @Override
        public boolean readable(Authorizer caller) {
            return caller.may(Resource.KEY, Access.READ, entry.key());
        }
    }

    /// A node was written or removed.
    /// @param gone whether it was removed
    /// @param node the node, as it is or was
    record OfNode(boolean gone, Node node) implements Payload {
        @Override
        public boolean readable(Authorizer caller) {
            return Readable.node(caller, node);
        }
    }
}
