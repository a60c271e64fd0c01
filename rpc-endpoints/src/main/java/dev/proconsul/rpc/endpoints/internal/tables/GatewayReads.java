package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.GatewayService;
import java.util.ArrayList;
import java.util.List;

/// Reads which gateway serves which service. What stands for all services is passed over: there is a row for each of
/// them as well. Of those an ingress gateway serves only the ones that speak its listener's protocol.
///
/// Source: Consul `agent/consul/state/catalog.go`, `collectGatewayServices`.
public final class GatewayReads {
    /// Stands for all services.
    public static final String ALL = "*";
    /// Kind of the gateways by which others come in.
    public static final String INGRESS = "ingress-gateway";
    /// Kind of the gateways by which services outside the mesh are reached.
    public static final String TERMINATING = "terminating-gateway";

    private GatewayReads() {}

    /// {@return what a gateway serves, by service and port}
    /// @param state   where
    /// @param gateway its name
    public static List<GatewayService> of(Reader state, String gateway) {
        return served(state, state.under(GatewayServiceTable.BY_GATEWAY, Keys.of(gateway)));
    }

    /// {@return what all gateways serve}
    /// @param state where
    public static List<GatewayService> all(Reader state) {
        return served(state, state.all(GatewayServiceTable.TABLE));
    }

    private static List<GatewayService> served(Reader state, Iterable<GatewayService> rows) {
        var served = new ArrayList<GatewayService>();
        for (var row : rows) {
            var name = row.service().name();
            if (!name.equals(ALL) && (!row.gatewayKind().equals(INGRESS) || !row.fromWildcard()
                    || Protocols.of(state, name).equals(row.protocol()))) {
                served.add(row);
            }
        }
        return served;
    }
}
