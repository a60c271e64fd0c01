package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.filter.Regex;
import dev.proconsul.rpc.structs.PreparedQuery;
import dev.proconsul.rpc.structs.QueryFailoverTarget;
import dev.proconsul.rpc.structs.ServiceQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/// A prepared query that stands for all names with a prefix: its texts are made from the name that was asked for.
///
/// | in the text | is |
/// |---|---|
/// | `${name.full}`, `${name.prefix}`, `${name.suffix}` | the name, the template's own name, and the rest |
/// | `${match(n)}` | the n-th group of the template's expression on the full name; "" beyond the last |
/// | `${agent.segment}` | the network segment of the agent that asks |
///
/// For one thread. Source: Consul `agent/consul/prepared_query/template.go`.
public final class QueryTemplate {
    private static final String TYPE = "name_prefix_match";

    private final PreparedQuery template;
    private final String name;
    private final String segment;
    private final @Nullable MatchResult groups;

    private QueryTemplate(PreparedQuery template, String name, String segment) {
        this.template = template;
        this.name = name;
        this.segment = segment;
        var regexp = template.template().regexp();
        groups = regexp.isEmpty() ? null : Regex.ofValid(regexp).find(name).orElse(null);
    }

    /// Makes sure that a template can be rendered, by rendering it for its own name.
    /// @param template the template
    /// @throws RpcException when it cannot
    public static void check(PreparedQuery template) throws RpcException {
        var options = template.template();
        if (!options.type().equals(TYPE)) {
            throw new RpcException("Bad Template.Type '" + options.type() + "'");
        }
        var problem = Regex.problem(options.regexp());
        if (problem.isPresent()) {
            throw new RpcException("Bad Regexp: " + problem.get());
        }
        render(template, template.name(), "");
    }

    /// Makes the query for a name.
    /// @param template the template
    /// @param name     what was asked for
    /// @param segment  network segment of the asking agent
    /// @return the query, with the name that was asked for
    /// @throws RpcException when a text cannot be rendered
    public static PreparedQuery render(PreparedQuery template, String name, String segment) throws RpcException {
        var service = new QueryTemplate(template, name, segment).render(template.service());
        return template.withName(name).withService(service);
    }

    private ServiceQuery render(ServiceQuery query) throws RpcException {
        var failover = query.failover();
        var tags = list(query.tags(), ".Tags");
        if (template.template().removeEmptyTags()) {
            tags = tags.stream().filter(tag -> !tag.isEmpty()).toList();
        }
        var targets = new ArrayList<QueryFailoverTarget>();
        for (int i = 0; i < failover.targets().size(); i++) {
            var path = ".Failover.Targets[" + i + "]";
            var target = failover.targets().get(i);
            targets.add(new QueryFailoverTarget(text(target.peer(), path + ".Peer"),
                    text(target.datacenter(), path + ".Datacenter")));
        }
        return query.withService(text(query.service(), ".Service"))
                .withFailover(failover.withDatacenters(list(failover.datacenters(), ".Failover.Datacenters"))
                        .withTargets(targets.isEmpty() ? failover.targets() : targets))
                .withIgnoreCheckIDs(list(query.ignoreCheckIDs(), ".IgnoreCheckIDs"))
                .withNear(text(query.near(), ".Near"))
                .withTags(tags)
                .withNodeMeta(map(query.nodeMeta(), ".NodeMeta"))
                .withServiceMeta(map(query.serviceMeta(), ".ServiceMeta"))
                .withPeer(text(query.peer(), ".Peer"));
    }

    private List<String> list(List<String> texts, String path) throws RpcException {
        if (texts.isEmpty()) {
            return texts;
        }
        var rendered = new ArrayList<String>();
        for (int i = 0; i < texts.size(); i++) {
            rendered.add(text(texts.get(i), path + "[" + i + "]"));
        }
        return rendered;
    }

    private Map<String, String> map(Map<String, String> texts, String path) throws RpcException {
        if (texts.isEmpty()) {
            return texts;
        }
        var rendered = new LinkedHashMap<String, String>();
        for (var entry : texts.entrySet()) {
            rendered.put(entry.getKey(), text(entry.getValue(), path + "[" + entry.getKey() + "]"));
        }
        return rendered;
    }

    private String text(String text, String path) throws RpcException {
        try {
            return TemplateText.render(text, this::variable, this::group);
        } catch (TemplateText.Bad e) {
            throw new RpcException((e.isFormat() ? "Bad format '" : "Bad evaluation for '") + text + "' in Service"
                    + path + ": " + e.getMessage(), e);
        }
    }

    private @Nullable String variable(String variable) {
        var prefix = template.name();
        return switch (variable) {
            case "name.full" -> name;
            case "name.prefix" -> prefix;
            case "name.suffix" -> name.substring(Math.min(prefix.length(), name.length()));
            case "agent.segment" -> segment;
            default -> null;
        };
    }

    private String group(int number) {
        if (groups == null || number < 0 || number > groups.groupCount()) {
            return "";
        }
        var group = groups.group(number);
        return group == null ? "" : group;
    }
}
