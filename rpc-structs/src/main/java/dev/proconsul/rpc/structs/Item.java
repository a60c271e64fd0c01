package dev.proconsul.rpc.structs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads one element of a list, one key or value of a map, or the content of a byte string.
interface Item<T extends @Nullable Object> {
    T read(MsgpackReader in) throws IOException;
}
