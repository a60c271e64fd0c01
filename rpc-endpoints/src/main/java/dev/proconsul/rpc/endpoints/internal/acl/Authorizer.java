package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.api.RpcException;

/// What one caller may do. Immutable.
///
/// Methods ask in two ways: [#require] refuses the whole call, [#may] leaves a row out of its result.
///
/// Source: Consul `acl/authorizer.go`, `acl/errors.go`.
public interface Authorizer {
    /// May do everything: any caller while ACLs are off.
    Authorizer EVERYTHING = new Authorizer() {
        @Override
        public boolean may(Resource resource, Access access, String name) {
            return true;
        }

        @Override
        public boolean mayAll(Resource resource, Access access, String prefix) {
            return true;
        }

        @Override
        public String accessor() {
            return "";
        }
    };

    /// The name of resources that have none.
    String UNNAMED = "";

    /// Tells whether something is allowed.
    /// @param resource kind of resource
    /// @param access   what to do
    /// @param name     which; [#UNNAMED] for resources without names
    /// @return whether it is
    boolean may(Resource resource, Access access, String name);

    /// Tells whether something is allowed for all names with a prefix, whatever rules there are below it.
    /// @param resource kind of resource
    /// @param access   what to do
    /// @param prefix   how the names begin; "" for all
    /// @return whether it is
    boolean mayAll(Resource resource, Access access, String prefix);

    /// Tells whether something is allowed for any name at all.
    /// @param resource kind of resource
    /// @param access   what to do
    /// @return whether it is
    default boolean mayAny(Resource resource, Access access) {
        return may(resource, access, UNNAMED);
    }

    /// {@return the accessor id of the caller's token; empty for the anonymous one}
    String accessor();

    /// Refuses what is not allowed.
    /// @param resource kind of resource
    /// @param access   what to do
    /// @param name     which; [#UNNAMED] for resources without names
    /// @throws RpcException when it is not allowed
    default void require(Resource resource, Access access, String name) throws RpcException {
        if (!may(resource, access, name)) {
            throw denied(resource, access, name);
        }
    }

    /// Makes the error of something that is not allowed.
    /// @param resource kind of resource
    /// @param access   what was to be done
    /// @param name     with which; [#UNNAMED] for resources without names
    /// @return the error in Consul's words
    default RpcException denied(Resource resource, Access access, String name) {
        var what = "lacks permission '" + resource + ":" + access + "'"
                + (name.isEmpty() ? "" : " on \"" + name + "\"");
        return new RpcException(accessor().isEmpty()
                ? "Permission denied: anonymous token " + what
                    + ". The anonymous token is used implicitly when a request"
                        + " does not specify a token."
                : "Permission denied: token with AccessorID '" + accessor() + "' " + what);
    }
}
