package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.Entries;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.endpoints.internal.tables.ServiceTable;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionDecisionSummary;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// Which services may call a service, and which it may call, as intentions say, and what holds without one.
///
/// Source: Consul `agent/consul/state/intention.go`, `intentionTopologyTxn`, `IntentionDecision`.
///
/// @param state     where
/// @param byDefault what holds where no intention says anything
record IntentionTopology(Reader state, boolean byDefault) {
    private static final String ITSELF = "consul";
    private static final String INGRESS_GATEWAY = "ingress-gateway";
    private static final String EXTERNAL_SOURCE = "external-source";

    /// The services that a service may call, with the reason. Rules about single requests count as permission.
    Indexed<SortedMap<String, IntentionDecisionSummary>> upstreams(String service) {
        return allowed(service, services(), ofSource(service), Intention::destinationName);
    }

    /// The services outside the mesh that a service may call.
    Indexed<SortedMap<String, IntentionDecisionSummary>> destinations(String service) {
        var names = new TreeSet<String>();
        for (var row : state.under(ConfigEntryTable.BY_NAME, Keys.of("service-defaults"))) {
            if (row.entry() instanceof ServiceConfigEntry defaults && defaults.destination() != null) {
                names.add(defaults.name());
            }
        }
        var candidates = new Indexed<NavigableSet<String>>(ConfigEntryReads.index(state), names);
        return allowed(service, candidates, ofSource(service), Intention::destinationName);
    }

    /// The services that may call a service; ingress gateways among them.
    Indexed<SortedMap<String, IntentionDecisionSummary>> downstreams(String service) {
        var services = services();
        var gateways = ofKind(INGRESS_GATEWAY);
        services.value().addAll(gateways.value());
        var candidates = new Indexed<>(Math.max(services.index(), gateways.index()), services.value());
        return allowed(service, candidates, ofDestination(service), Intention::sourceName);
    }

    private Indexed<NavigableSet<String>> services() {
        return ofKind("");
    }

    private Indexed<NavigableSet<String>> ofKind(String kind) {
        var names = new TreeSet<String>();
        long index = state.entry(Entries.kind(kind));
        for (var row : state.unwatched().under(ServiceTable.BY_KIND, Keys.of(kind))) {
            names.add(row.service().service());
        }
        return new Indexed<>(index, names);
    }

    List<Intention> ofSource(String service) {
        return IntentionReads.ofSource(state, service);
    }

    List<Intention> ofDestination(String service) {
        return IntentionReads.ofDestination(state, service);
    }

    private Indexed<SortedMap<String, IntentionDecisionSummary>> allowed(String target,
            Indexed<? extends NavigableSet<String>> candidates, List<Intention> intentions,
            Function<Intention, String> other) {
        var allowed = new TreeMap<String, IntentionDecisionSummary>();
        for (var candidate : candidates.value()) {
            var decision = decision(candidate, intentions, other, true);
            if (decision.allowed() && !candidate.equals(target) && !candidate.equals(ITSELF)) {
                allowed.put(candidate, decision);
            }
        }
        return new Indexed<>(Math.max(candidates.index(), ConfigEntryReads.index(state)), allowed);
    }

    /// Decides about one service.
    /// @param candidate        the service
    /// @param intentions       of the other one, the most important first
    /// @param other            gives the name in an intention that the candidate is compared with
    /// @param allowPermissions whether rules about single requests count as permission
    IntentionDecisionSummary decision(String candidate, List<Intention> intentions, Function<Intention, String> other,
            boolean allowPermissions) {
        for (var intention : intentions) {
            var name = other.apply(intention);
            if (intention.sourcePeer().isEmpty() && (name.equals(candidate) || name.equals(IntentionForms.ANY))) {
                return decision(intention, allowPermissions);
            }
        }
        return new IntentionDecisionSummary(byDefault, false, "", false, byDefault);
    }

    private IntentionDecisionSummary decision(Intention intention, boolean allowPermissions) {
        boolean rules = !intention.permissions().isEmpty();
        boolean exact = !intention.sourceName().equals(IntentionForms.ANY)
                && !intention.destinationName().equals(IntentionForms.ANY);
        Map<String, String> meta = intention.meta();
        return new IntentionDecisionSummary(rules ? allowPermissions : intention.action().equals("allow"), rules,
                meta.getOrDefault(EXTERNAL_SOURCE, ""), exact, byDefault);
    }
}
