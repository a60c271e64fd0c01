package dev.proconsul.rpc.endpoints.internal.acl;

/// What the bearer of a token may do.
///
/// @param accessor accessor id of the token; empty for the anonymous one
/// @param rules    what the token's policies say
record TokenAuthorizer(String accessor, RuleBook rules) implements Authorizer {
    @Override
    public boolean may(Resource resource, Access access, String name) {
        return rules.may(resource, access, name);
    }

    @Override
    public boolean mayAll(Resource resource, Access access, String prefix) {
        return rules.mayAll(resource, access, prefix);
    }

    @Override
    public boolean mayAny(Resource resource, Access access) {
        return rules.mayAny(resource, access);
    }
}
