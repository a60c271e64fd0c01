package dev.proconsul.rpc.endpoints.internal.access;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.acl.Identities;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.AclReads;
import dev.proconsul.rpc.structs.ACLNodeIdentity;
import dev.proconsul.rpc.structs.ACLRolePolicyLink;
import dev.proconsul.rpc.structs.ACLServiceIdentity;
import dev.proconsul.rpc.structs.ACLTemplatedPolicy;
import dev.proconsul.rpc.structs.ACLTokenPolicyLink;
import dev.proconsul.rpc.structs.ACLTokenRoleLink;
import dev.proconsul.rpc.structs.Nil;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What links and identities of a token or role must be like, and what is made of them.
///
/// @param state what they link to
/// @param owner what errors call the owner: `token` or `role`
/// @param local whether the owner is valid in one datacenter only
///
/// Source: Consul `agent/consul/auth/token_writer.go`, `agent/consul/acl_endpoint.go`.
record TokenRules(Reader state, String owner, boolean local) {
    private static final Pattern IDENTITY = Pattern.compile("[a-z0-9]([a-z0-9\\-_]*[a-z0-9])?");
    private static final int LONGEST_IDENTITY = 256;

    /// Links with identifiers, found by name where they have none.
    List<ACLTokenPolicyLink> policies(List<ACLTokenPolicyLink> links) throws RpcException {
        List<ACLTokenPolicyLink> found = new ArrayList<>();
        for (var link : links) {
            found.add(new ACLTokenPolicyLink(policyId(link.id(), link.name()), ""));
        }
        return Nil.is(links) ? links : found;
    }

    List<ACLRolePolicyLink> policiesOfRole(List<ACLRolePolicyLink> links) throws RpcException {
        List<ACLRolePolicyLink> found = new ArrayList<>();
        for (var link : links) {
            found.add(new ACLRolePolicyLink(policyId(link.id(), link.name()), ""));
        }
        return Nil.is(links) ? links : found;
    }

    private String policyId(String id, String name) throws RpcException {
        if (id.isEmpty()) {
            return AclReads.policyByName(state, name)
                    .orElseThrow(() -> new RpcException("No such ACL policy with name \"" + name + "\"")).id();
        }
        return AclReads.policy(state, id)
                .orElseThrow(() -> new RpcException("No such ACL policy with ID \"" + id + "\"")).id();
    }

    List<ACLTokenRoleLink> roles(List<ACLTokenRoleLink> links) throws RpcException {
        List<ACLTokenRoleLink> found = new ArrayList<>();
        for (var link : links) {
            var role = link.id().isEmpty() ? AclReads.roleByName(state, link.name()) : AclReads.role(state, link.id());
            found.add(new ACLTokenRoleLink(role.orElseThrow(() -> new RpcException("No such ACL role with "
                    + (link.id().isEmpty() ? "name \"" + link.name() : "ID \"" + link.id()) + "\"")).id(), ""));
        }
        return Nil.is(links) ? links : found;
    }

    List<ACLServiceIdentity> services(List<ACLServiceIdentity> identities) throws RpcException {
        for (var identity : identities) {
            var name = identity.serviceName();
            Refuse.unless(!name.isEmpty(), "Service identity is missing the service name field on this " + owner);
            Refuse.unless(!local || identity.datacenters().isEmpty(), "Service identity \"" + name
                    + "\" cannot specify a list of datacenters on a local token");
            Refuse.unless(isIdentity(name), "Service identity \"" + name + "\" has an invalid name. Only lowercase"
                    + " alphanumeric characters, '-' and '_' are allowed");
        }
        return Nil.is(identities) ? identities : identities.stream().distinct().toList();
    }

    List<ACLNodeIdentity> nodes(List<ACLNodeIdentity> identities) throws RpcException {
        for (var identity : identities) {
            var name = identity.nodeName();
            Refuse.unless(!name.isEmpty(), "Node identity is missing the node name field on this " + owner);
            Refuse.unless(!identity.datacenter().isEmpty(), "Node identity is missing the datacenter field on this "
                    + owner);
            Refuse.unless(isIdentity(name), "Node identity \"" + name + "\" has an invalid name. Only lowercase"
                    + " alphanumeric characters, '-' and '_' are allowed");
        }
        return Nil.is(identities) ? identities : identities.stream().distinct().toList();
    }

    List<ACLTemplatedPolicy> templates(List<ACLTemplatedPolicy> policies) throws RpcException {
        List<ACLTemplatedPolicy> found = new ArrayList<>();
        for (var policy : policies) {
            Refuse.unless(!policy.templateID().isEmpty() || !policy.templateName().isEmpty(),
                    "templated policy is missing the template name field on this " + owner);
            var id = Identities.templateId(policy.templateID(), policy.templateName()).orElseThrow(() ->
                    new RpcException("no such ACL templated policy with Name \"" + policy.templateName() + "\""));
            var name = Identities.templateName(id);
            Refuse.unless(!local || policy.datacenters().isEmpty(), "templated policy \"" + name
                    + "\" cannot specify a list of datacenters on a local token");
            var variables = policy.templateVariables();
            if (Identities.templateNeedsName(id)) {
                Refuse.unless(variables != null && isIdentity(variables.name()), "validation error with variables: "
                        + name + " needs the variable name: lowercase alphanumeric characters, '-' and '_'");
            }
            found.add(policy.withTemplateID(id).withTemplateName(name));
        }
        return Nil.is(policies) ? policies : found.stream().distinct().toList();
    }

    private static boolean isIdentity(String name) {
        return name.length() <= LONGEST_IDENTITY && IDENTITY.matcher(name).matches();
    }
}
