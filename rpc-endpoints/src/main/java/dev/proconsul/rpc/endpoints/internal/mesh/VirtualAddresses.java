package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.KeptRecordTable;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import dev.proconsul.rpc.structs.ServiceVirtualIP;
import java.nio.ByteBuffer;
import java.util.List;

/// The virtual addresses of services. This server gives out none; a restored snapshot of another may have some.
///
/// Source: Consul `agent/consul/state/catalog.go`, `VirtualIPForService`.
public final class VirtualAddresses {
    private static final int RECORDS = 32;
    private static final int FIRST = 240 << 24;

    private final Host host;

    /// Makes the method.
    /// @param host what it runs in
    public VirtualAddresses(Host host) {
        this.host = host;
    }

    /// {@return the method}
    public List<Endpoint<?, ?>> rows() {
        return List.of(host.endpoint(Catalog.VIRTUAL_IP_FOR_SERVICE, this::of));
    }

    private String of(ServiceSpecificRequest request, Authorizer caller) throws RpcException {
        caller.require(Resource.SERVICE, Access.READ, request.serviceName());
        return of(host.store().current(), request.serviceName(), request.peerName());
    }

    private static String of(Reader state, String service, String peer) {
        for (var row : state.under(KeptRecordTable.BY_TYPE, Keys.of(KeptRecordTable.type(RECORDS)))) {
            if (row.value() instanceof ServiceVirtualIP address && address.service().peer().equals(peer)
                    && address.service().serviceName().name().equalsIgnoreCase(service)) {
                return text(address.ip().toByteArray());
            }
        }
        return "";
    }

    /// What is stored is a distance from 240.0.0.0, in the last four bytes.
    private static String text(byte[] stored) {
        if (stored.length < Integer.BYTES) {
            return "";
        }
        int address = FIRST + ByteBuffer.wrap(stored).getInt(stored.length - Integer.BYTES);
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(address).array();
        return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
    }
}
