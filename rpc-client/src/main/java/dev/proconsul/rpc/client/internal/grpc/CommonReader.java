package dev.proconsul.rpc.client.internal.grpc;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.proconsul.rpc.structs.Locality;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.ServiceAddress;
import dev.proconsul.rpc.structs.proto.HeaderValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads parts that many messages have.
final class CommonReader {
    /// Up to here a floating point number tells all whole numbers apart.
    private static final double EXACT = 1L << 53;

    private CommonReader() {}

    static RaftIndex index(dev.proconsul.rpc.structs.proto.RaftIndex index) {
        return new RaftIndex(index.getCreateIndex(), index.getModifyIndex());
    }

    static Locality locality(dev.proconsul.rpc.structs.proto.Locality locality) {
        return new Locality(locality.getRegion(), locality.getZone());
    }

    static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    static Map<String, ServiceAddress> addresses(Map<String, dev.proconsul.rpc.structs.proto.ServiceAddress> tagged) {
        var all = new LinkedHashMap<String, ServiceAddress>();
        tagged.forEach((tag, address) -> all.put(tag, new ServiceAddress(address.getAddress(), address.getPort())));
        return all;
    }

    static Map<String, List<String>> headers(Map<String, HeaderValue> headers) {
        var all = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, values) -> all.put(name, List.copyOf(values.getValueList())));
        return all;
    }

    /// Settings without a schema, which are nil where there are none.
    static Map<String, @Nullable Object> settings(boolean present, Struct struct) {
        if (!present) {
            return Nil.map();
        }
        return struct(struct);
    }

    /// Protobuf has floating point numbers only; whole ones are whole again, as they are in the answer to a query.
    private static Map<String, @Nullable Object> struct(Struct struct) {
        var all = new LinkedHashMap<String, @Nullable Object>();
        struct.getFieldsMap().forEach((key, value) -> all.put(key, value(value)));
        return all;
    }

    private static @Nullable Object value(Value value) {
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> null;
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> struct(value.getStructValue());
            case LIST_VALUE -> list(value.getListValue());
        };
    }

    private static Object number(double number) {
        return number == Math.rint(number) && Math.abs(number) <= EXACT ? (Object) (long) number : (Object) number;
    }

    private static List<@Nullable Object> list(ListValue list) {
        var all = new ArrayList<@Nullable Object>();
        list.getValuesList().forEach(element -> all.add(value(element)));
        return all;
    }
}
