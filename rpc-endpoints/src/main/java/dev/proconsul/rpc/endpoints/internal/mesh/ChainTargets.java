package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.structs.DiscoveryChainRequest;
import dev.proconsul.rpc.structs.DiscoveryTarget;
import dev.proconsul.rpc.structs.MeshGatewayConfig;
import dev.proconsul.rpc.structs.ProxyConfigEntry;
import dev.proconsul.rpc.structs.ServiceConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverConfigEntry;
import dev.proconsul.rpc.structs.ServiceResolverSubset;
import java.time.Duration;

/// The places that a discovery chain leads to.
///
/// @param state       has the config entries
/// @param request     what the chain is for
/// @param datacenter  where it starts
/// @param trustDomain of the mesh
record ChainTargets(Reader state, DiscoveryChainRequest request, String datacenter, String trustDomain) {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /// A set of instances by its names.
    ///
    /// @param service    the service
    /// @param subset     empty for the default
    /// @param datacenter where
    /// @param peer       cluster peer; empty for none
    record Place(String service, String subset, String datacenter, String peer) {
        /// {@return the identifier within the chain}
        String id() {
            return (subset.isEmpty() ? "" : subset + ".") + service + ".default.default."
                    + (peer.isEmpty() ? datacenter : "external." + peer);
        }

        Place withSubset(String other) {
            return new Place(service, other, datacenter, peer);
        }

        /// {@return another place, said relative to this one: what is empty stays, but a subset belongs to its service}
        Place moved(String newService, String newSubset, String newDatacenter, String newPeer) {
            boolean same = newService.isEmpty() || newService.equals(service);
            return new Place(same ? service : newService, !newSubset.isEmpty() ? newSubset : same ? subset : "",
                    newDatacenter.isEmpty() ? datacenter : newDatacenter, newPeer.isEmpty() ? peer : newPeer);
        }
    }

    ServiceResolverConfigEntry resolver(String service) {
        return ConfigEntryReads.get(state, ServiceResolverConfigEntry.class, "service-resolver", service)
                .orElse(ServiceResolverConfigEntry.ZERO.withKind("service-resolver").withName(service));
    }

    boolean hasResolver(String service) {
        return ConfigEntryReads.get(state, "service-resolver", service).isPresent();
    }

    DiscoveryTarget target(Place place) throws RpcException {
        var resolver = resolver(place.service());
        var subset = resolver.subsets().get(place.subset());
        Mesh.unless(place.subset().isEmpty() || subset != null, "service \"" + place.service()
                + "\" does not have a subset named \"" + place.subset() + "\"");
        var sni = (place.subset().isEmpty() ? "" : place.subset() + ".") + place.service() + ".default."
                + place.datacenter() + ".internal." + trustDomain;
        var external = ConfigEntryReads.serviceDefaults(state, place.service())
                .map(ServiceConfigEntry::externalSNI).orElse("");
        return DiscoveryTarget.ZERO
                .withId(place.id()).withService(place.service()).withServiceSubset(place.subset())
                .withNamespace("default").withPartition("default")
                .withDatacenter(place.peer().isEmpty() ? place.datacenter() : "").withPeer(place.peer())
                .withSubset(subset == null ? ServiceResolverSubset.ZERO : subset)
                .withMeshGateway(gateway(place, external))
                .withConnectTimeout(connectTimeout(resolver))
                .withExternal(!external.isEmpty())
                .withSni(external.isEmpty() ? sni : external)
                .withName(sni);
    }

    Duration connectTimeout(ServiceResolverConfigEntry resolver) {
        var wanted = request.overrideConnectTimeout();
        return wanted.isPositive() ? wanted
                : resolver.connectTimeout().isPositive() ? resolver.connectTimeout() : CONNECT_TIMEOUT;
    }

    /// Only what is elsewhere is reached through gateways.
    private MeshGatewayConfig gateway(Place place, String external) {
        if (!external.isEmpty() || place.datacenter().equals(datacenter) && place.peer().isEmpty()) {
            return MeshGatewayConfig.ZERO;
        }
        if (!request.overrideMeshGateway().mode().isEmpty()) {
            return request.overrideMeshGateway();
        }
        return ConfigEntryReads.serviceDefaults(state, place.service()).map(ServiceConfigEntry::meshGateway)
                .filter(gateway -> !gateway.mode().isEmpty())
                .or(() -> ConfigEntryReads.proxyDefaults(state).map(ProxyConfigEntry::meshGateway))
                .orElse(MeshGatewayConfig.ZERO);
    }
}
