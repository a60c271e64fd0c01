package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.EntryParts;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.structs.ConfigEntry;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceIntentionsConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverConfigEntry;
import dev.proconsul.rpc.structs.ServiceSplitterConfigEntry;
import dev.proconsul.rpc.structs.UnknownConfigEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What config entries must be like, and what is made of them before they are stored.
///
/// Source: the methods `Normalize` and `Validate` in Consul `agent/structs/config_entry*.go`.
final class EntryRules {
    /// All kinds, in Consul's order; the first seven are those of version 1.8.0.
    static final List<String> KINDS = List.of("service-defaults", "proxy-defaults", "service-router",
            "service-splitter", "service-resolver", "ingress-gateway", "terminating-gateway", "service-intentions",
            "mesh", "exported-services", "sameness-group", "api-gateway", "bound-api-gateway",
            "file-system-certificate", "inline-certificate", "http-route", "tcp-route", "jwt-provider");

    private static final Set<String> MODES = Set.of("", "direct", "transparent");
    private static final float WHOLE = 100;
    private static final float ROUNDING = 0.01f;

    private EntryRules() {}

    static void requireKind(String kind) throws RpcException {
        Mesh.unless(KINDS.contains(kind), "invalid config entry kind: " + kind);
    }

    /// Fills what was left open.
    static ConfigEntry normalized(ConfigEntry sent) throws RpcException {
        if (sent instanceof UnknownConfigEntry) {
            throw new RpcException("invalid config entry kind: " + sent.kindName());
        }
        var entry = switch (EntryParts.withKind(sent)) {
            case ServiceConfigEntry service -> service.withProtocol(service.protocol().toLowerCase(Locale.ROOT));
            case ProxyConfigEntry proxy -> proxy.withName(ConfigEntryReads.GLOBAL)
                    .withProtocol(proxy.protocol().toLowerCase(Locale.ROOT));
            case ServiceIntentionsConfigEntry intentions -> IntentionForms.normalized(intentions);
            case ConfigEntry other -> other;
        };
        return EntryParts.withHash(entry, EntryHash.of(entry));
    }

    /// {@return whether two entries differ in their indexes only}
    static boolean isSame(ConfigEntry a, ConfigEntry b) {
        return EntryParts.withRaftIndex(a, RaftIndex.ZERO).equals(EntryParts.withRaftIndex(b, RaftIndex.ZERO));
    }

    static void check(ConfigEntry entry) throws RpcException {
        Mesh.unless(!entry.name().isEmpty(), "Name is required");
        switch (entry) {
            case ProxyConfigEntry proxy -> Mesh.unless(MODES.contains(proxy.mode()),
                    "invalid proxy mode \"" + proxy.mode() + "\"");
            case ServiceConfigEntry service -> Mesh.unless(MODES.contains(service.mode()),
                    "invalid proxy mode \"" + service.mode() + "\"");
            case ServiceSplitterConfigEntry splitter -> check(splitter);
            case ServiceResolverConfigEntry resolver -> check(resolver);
            case ServiceIntentionsConfigEntry intentions -> check(intentions);
            default -> { }
        }
    }

    private static void check(ServiceSplitterConfigEntry splitter) throws RpcException {
        Mesh.unless(!splitter.splits().isEmpty(), "no splits configured");
        float sum = 0;
        var places = new HashSet<List<String>>();
        for (var split : splitter.splits()) {
            Mesh.unless(split.weight() >= 0 && split.weight() <= WHOLE, "weight of split must be between 0 and 100");
            Mesh.unless(places.add(List.of(split.service(), split.serviceSubset())),
                    "split destination occurs more than once: service=\"" + split.service() + "\", subset=\""
                            + split.serviceSubset() + "\"");
            sum += split.weight();
        }
        Mesh.unless(Math.abs(sum - WHOLE) < ROUNDING, "the sum of all split weights must be 100, not "
                + String.format(Locale.ROOT, "%f", sum));
    }

    private static void check(ServiceResolverConfigEntry resolver) throws RpcException {
        Mesh.unless(!resolver.subsets().containsKey(""), "Subset defined with empty name");
        Mesh.unless(resolver.defaultSubset().isEmpty() || resolver.subsets().containsKey(resolver.defaultSubset()),
                "DefaultSubset \"" + resolver.defaultSubset() + "\" is not a valid subset");
        var redirect = resolver.redirect();
        if (redirect != null) {
            Mesh.unless(resolver.failover().isEmpty(), "Redirect and Failover cannot both be set");
            Mesh.unless(!redirect.service().isEmpty() || !redirect.serviceSubset().isEmpty()
                    || !redirect.datacenter().isEmpty() || !redirect.peer().isEmpty()
                    || !redirect.samenessGroup().isEmpty(), "Redirect is empty");
        }
        for (var subset : resolver.failover().keySet()) {
            Mesh.unless(subset.equals("*") || subset.isEmpty() || resolver.subsets().containsKey(subset),
                    "Bad Failover[\"" + subset + "\"]: not a valid subset");
        }
    }

    private static void check(ServiceIntentionsConfigEntry entry) throws RpcException {
        Mesh.unless(!entry.sources().isEmpty(), "At least one source is required");
        var names = new HashSet<List<String>>();
        for (int i = 0; i < entry.sources().size(); i++) {
            var source = entry.sources().get(i);
            var place = "Sources[" + i + "].";
            Mesh.unless(!source.name().isEmpty(), place + "Name is required");
            Mesh.unless(source.type().equals(IntentionForms.CONSUL), place + "Type must be set to 'consul'");
            boolean decided = source.action().equals("allow") || source.action().equals("deny");
            Mesh.unless(source.permissions().isEmpty() ? decided : source.action().isEmpty(),
                    source.permissions().isEmpty() ? place + "Action must be set to 'allow' or 'deny'"
                            : place + "Action must be omitted if Permissions are specified");
            Mesh.unless(names.add(List.of(source.name(), source.peer(), source.samenessGroup())),
                    "Sources[" + i + "] defines \"" + source.name() + "\" more than once");
        }
    }
}
