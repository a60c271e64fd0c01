package dev.proconsul.rpc.endpoints.internal.subscribe;

import com.google.protobuf.Duration;
import dev.proconsul.rpc.structs.Locality;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceAddress;
import dev.proconsul.rpc.structs.proto.EnterpriseMeta;
import dev.proconsul.rpc.structs.proto.HeaderValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parts that many messages have. Numbers that are too great for their fields lose their upper bits, as in Consul.
final class CommonMessages {
    static final EnterpriseMeta NO_TENANCY = EnterpriseMeta.getDefaultInstance();

    private CommonMessages() {}

    static dev.proconsul.rpc.structs.proto.RaftIndex of(RaftIndex index) {
        return dev.proconsul.rpc.structs.proto.RaftIndex.newBuilder()
                .setCreateIndex(index.createIndex()).setModifyIndex(index.modifyIndex()).build();
    }

    static dev.proconsul.rpc.structs.proto.Locality of(Locality locality) {
        return dev.proconsul.rpc.structs.proto.Locality.newBuilder()
                .setRegion(locality.region()).setZone(locality.zone()).build();
    }

    static Duration of(java.time.Duration duration) {
        // Both parts have the sign of the whole; java.time's nanoseconds are never negative.
        boolean borrowed = duration.isNegative() && duration.getNano() > 0;
        return Duration.newBuilder()
                .setSeconds(borrowed ? duration.getSeconds() + 1 : duration.getSeconds())
                .setNanos(borrowed ? duration.getNano() - 1_000_000_000 : duration.getNano())
                .build();
    }

    static Map<String, dev.proconsul.rpc.structs.proto.ServiceAddress> addresses(Map<String, ServiceAddress> tagged) {
        var all = new LinkedHashMap<String, dev.proconsul.rpc.structs.proto.ServiceAddress>();
        tagged.forEach((tag, address) -> all.put(tag, dev.proconsul.rpc.structs.proto.ServiceAddress.newBuilder()
                .setAddress(address.address()).setPort((int) address.port()).build()));
        return all;
    }

    static Map<String, HeaderValue> headers(Map<String, List<String>> headers) {
        var all = new LinkedHashMap<String, HeaderValue>();
        headers.forEach((name, values) -> all.put(name, HeaderValue.newBuilder().addAllValue(values).build()));
        return all;
    }
}
