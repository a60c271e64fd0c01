package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.hcl.Hcl;
import dev.proconsul.rpc.endpoints.internal.hcl.HclException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/// Reads the rules of policies: HCL, or the same as JSON.
///
/// ```
/// acl = "read"
/// key_prefix "app/" { policy = "write" }
/// service "web" { policy = "read" intentions = "write" }
/// ```
///
/// What is not known is left alone, as a newer server may know it.
///
/// Source: Consul `acl/policy.go`.
public final class RuleReader {
    private static final String PREFIXED = "_prefix";
    private static final Map<Resource, Form> NAMED = new EnumMap<>(Map.of(
            Resource.AGENT, new Form("AgentRule", "Node", false),
            Resource.EVENT, new Form("EventRule", "Event", false),
            Resource.KEY, new Form("KeyRule", "Prefix", true),
            Resource.NODE, new Form("NodeRule", "Name", true),
            Resource.QUERY, new Form("PreparedQueryRule", "Prefix", false),
            Resource.SERVICE, new Form("ServiceRule", "Name", true),
            Resource.SESSION, new Form("SessionRule", "Node", false)));
    private static final List<Resource> UNNAMED =
            List.of(Resource.ACL, Resource.KEYRING, Resource.OPERATOR, Resource.MESH, Resource.PEERING);

    private RuleReader() {}

    /// How Consul's errors show a rule.
    private record Form(String type, String nameField, boolean enterprise) {
        String of(Resource resource, String name, String policy, String intentions) {
            var fields = new StringJoiner(", ", "&acl." + type + "{", "}")
                    .add(nameField + ":" + quoted(name)).add("Policy:" + quoted(policy));
            if (resource == Resource.SERVICE) {
                fields.add("Intentions:" + quoted(intentions));
            }
            return (enterprise ? fields.add("EnterpriseRule:acl.EnterpriseRule{}") : fields).toString();
        }
    }

    /// Makes sure that rules can be read.
    /// @param rules their text
    /// @throws RpcException when they cannot, with Consul's words
    public static void check(String rules) throws RpcException {
        read(rules);
    }

    /// Reads rules.
    static List<Rule> read(String rules) throws RpcException {
        var read = new ArrayList<Rule>();
        for (var item : parse(rules).items()) {
            var key = item.keys().getFirst();
            for (var resource : UNNAMED) {
                if (key.equals(resource.toString())) {
                    unnamed(resource, item).ifPresent(read::add);
                }
            }
            for (var resource : NAMED.keySet()) {
                if (key.equals(resource.toString()) || key.equals(resource + PREFIXED)) {
                    named(resource, key, item.keys().subList(1, item.keys().size()), item.value(), read);
                }
            }
        }
        return List.copyOf(read);
    }

    private static Hcl.Block parse(String rules) throws RpcException {
        try {
            return Hcl.parse(rules);
        } catch (HclException e) {
            throw new RpcException("Failed to parse ACL rules: " + e.getMessage(), e);
        }
    }

    private static Optional<Rule> unnamed(Resource resource, Hcl.Item item) throws RpcException {
        var word = text(item.value(), resource.toString());
        if (word.isEmpty()) {
            return Optional.empty();
        }
        var level = Level.of(word).filter(l -> l != Level.LIST);
        return Optional.of(Rule.unnamed(resource, level.orElseThrow(
                () -> new RpcException("Invalid " + resource + " policy: " + quoted(word)))));
    }

    /// The name is a label (HCL), or the key of a block inside (JSON).
    private static void named(Resource resource, String kind, List<String> names, Hcl value, List<Rule> read)
            throws RpcException {
        switch (value) {
            case Hcl.Block(var items) when names.isEmpty() -> {
                for (var item : items) {
                    named(resource, kind, item.keys(), item.value(), read);
                }
            }
            case Hcl.Block block when names.size() == 1 -> read.add(rule(resource, kind, names.getFirst(), block));
            case Hcl.Values(var values) -> {
                for (var one : values) {
                    named(resource, kind, names, one, read);
                }
            }
            default -> throw new RpcException("Failed to parse ACL rules: " + kind
                    + ": expected a name and a block, as in " + kind + " \"name\" { policy = \"read\" }");
        }
    }

    private static Rule rule(Resource resource, String kind, String name, Hcl.Block block) throws RpcException {
        var policy = field(block, "policy", kind);
        var intentions = resource == Resource.SERVICE ? field(block, "intentions", kind) : "";
        var level = Level.of(policy).filter(l -> l != Level.LIST || resource == Resource.KEY);
        if (level.isEmpty()) {
            throw invalid(kind + " policy", resource, name, policy, intentions);
        }
        var granted = Level.of(intentions).filter(l -> l != Level.LIST);
        if (!intentions.isEmpty() && granted.isEmpty()) {
            throw invalid(kind + " intentions policy", resource, name, policy, intentions);
        }
        return new Rule(resource, kind.endsWith(PREFIXED), name, level.get(), granted);
    }

    private static RpcException invalid(String what, Resource resource, String name, String policy, String intentions) {
        var form = NAMED.get(resource);
        return new RpcException("Invalid " + what + ": "
                + (form == null ? quoted(name) : form.of(resource, name, policy, intentions)));
    }

    private static String field(Hcl.Block block, String name, String kind) throws RpcException {
        var word = "";
        for (var item : block.items()) {
            if (item.keys().equals(List.of(name))) {
                word = text(item.value(), kind + "." + name);
            }
        }
        return word;
    }

    private static String text(Hcl value, String name) throws RpcException {
        return switch (value) {
            case Hcl.Text(var text) -> text;
            case Hcl.Literal(var literal) -> literal;
            case Hcl.Values _, Hcl.Block _ -> throw new RpcException(
                    "Failed to parse ACL rules: " + name + ": expected a text, as \"read\"");
        };
    }

    /// As Go shows a string.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + '"';
    }
}
