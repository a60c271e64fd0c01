package dev.proconsul.rpc.structs;

import java.util.function.BiConsumer;

/// The zero value of a struct that is a part of others, in wire form. Parts are on the wire even if nobody has set
/// them, as most checks' definitions and most services' proxies.
///
/// @param value  the value
/// @param bytes  its wire form, in the order that everybody writes
/// @param levels how deep it nests
record Zero<T>(T value, byte[] bytes, int levels) {
    static <T> Zero<T> of(T value, int levels, BiConsumer<T, MsgpackWriter> encoder) {
        MsgpackWriter out = new MsgpackWriter();
        encoder.accept(value, out);
        return new Zero<>(value, out.toByteArray(), levels);
    }
}
