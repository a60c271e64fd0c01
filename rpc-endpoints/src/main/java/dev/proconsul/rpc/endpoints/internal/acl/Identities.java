package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.structs.ACLNodeIdentity;
import dev.proconsul.rpc.structs.ACLServiceIdentity;
import dev.proconsul.rpc.structs.ACLTemplatedPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The rules that identities and templates stand for.
///
/// Source: Consul `agent/structs/acl.go`, `agent/structs/acl_templated_policy.go`.
public final class Identities {
    private static final Rule ALL_SERVICES = Rule.prefix(Resource.SERVICE, "", Level.READ);
    private static final Rule ALL_NODES = Rule.prefix(Resource.NODE, "", Level.READ);
    private static final Rule ALL_AGENTS = Rule.prefix(Resource.AGENT, "", Level.READ);
    private static final Rule WRITE_SERVICES = Rule.prefix(Resource.SERVICE, "", Level.WRITE);

    private static final Map<String, Template> TEMPLATES = Map.of(
            "builtin/service", new Template("00000000-0000-0000-0000-000000000003", true, Identities::service),
            "builtin/node", new Template("00000000-0000-0000-0000-000000000004", true, Identities::node),
            "builtin/dns", new Template("00000000-0000-0000-0000-000000000005", false,
                    _ -> List.of(ALL_NODES, ALL_SERVICES, Rule.prefix(Resource.QUERY, "", Level.READ))),
            "builtin/nomad-server", new Template("00000000-0000-0000-0000-000000000006", false,
                    _ -> List.of(Rule.unnamed(Resource.ACL, Level.WRITE), ALL_AGENTS, ALL_NODES, WRITE_SERVICES)),
            "builtin/api-gateway", new Template("00000000-0000-0000-0000-000000000008", true,
                    name -> List.of(Rule.unnamed(Resource.MESH, Level.READ), ALL_NODES, ALL_SERVICES,
                            Rule.exact(Resource.SERVICE, name, Level.WRITE))),
            "builtin/nomad-client", new Template("00000000-0000-0000-0000-000000000009", false,
                    _ -> List.of(ALL_AGENTS, ALL_NODES, WRITE_SERVICES)));

    private Identities() {}

    /// A template of policies.
    ///
    /// @param id        its identifier
    /// @param needsName whether it has the variable `name`
    /// @param rules     makes its rules for a name
    private record Template(String id, boolean needsName, Function<String, List<Rule>> rules) {}

    static List<Rule> of(ACLServiceIdentity identity, String datacenter) {
        return holdsIn(identity.datacenters(), datacenter) ? service(identity.serviceName()) : List.of();
    }

    static List<Rule> of(ACLNodeIdentity identity, String datacenter) {
        return identity.datacenter().equals(datacenter) ? node(identity.nodeName()) : List.of();
    }

    static List<Rule> of(ACLTemplatedPolicy policy, String datacenter) {
        var variables = policy.templateVariables();
        var name = variables == null ? "" : variables.name();
        return holdsIn(policy.datacenters(), datacenter)
                ? template(policy.templateID(), policy.templateName()).map(t -> t.rules().apply(name)).orElse(List.of())
                : List.of();
    }

    static boolean holdsIn(List<String> datacenters, String datacenter) {
        return datacenters.isEmpty() || datacenters.contains(datacenter);
    }

    private static Optional<Template> template(String id, String name) {
        return id.isEmpty() ? Optional.ofNullable(TEMPLATES.get(name))
                : TEMPLATES.values().stream().filter(template -> template.id().equals(id)).findFirst();
    }

    /// {@return the identifier of a template; empty when there is none}
    /// @param id   its identifier, or empty
    /// @param name its name, if the identifier is empty
    public static Optional<String> templateId(String id, String name) {
        return template(id, name).map(Template::id);
    }

    /// {@return the name of a template}
    /// @param id its identifier
    public static String templateName(String id) {
        return TEMPLATES.entrySet().stream().filter(e -> e.getValue().id().equals(id)).map(Map.Entry::getKey)
                .findFirst().orElse("");
    }

    /// {@return whether a template has the variable `name`}
    /// @param id its identifier
    public static boolean templateNeedsName(String id) {
        return template(id, "").map(Template::needsName).orElse(false);
    }

    private static List<Rule> service(String name) {
        return List.of(Rule.exact(Resource.SERVICE, name, Level.WRITE),
                Rule.exact(Resource.SERVICE, name + "-sidecar-proxy", Level.WRITE), ALL_SERVICES, ALL_NODES);
    }

    private static List<Rule> node(String name) {
        return List.of(Rule.exact(Resource.NODE, name, Level.WRITE), ALL_SERVICES);
    }
}
