package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.Bytes;
import java.util.Arrays;
import java.util.Locale;

/// Keys of tables as bytes, and the text that they are on the wire.
///
/// A byte that is not valid UTF-8 stands in a text as the lone surrogate U+DC00 + byte, so that every byte string has
/// a text and finds back.
final class Keys {
    private Keys() {}

    /// The bytes of a KV key: as they are, case-sensitive.
    static byte[] exact(String key) {
        return Bytes.ofUtf8(key).toByteArray();
    }

    /// The key of tables that ignore case: all but those of KV.
    static byte[] folded(String key) {
        return exact(key.toLowerCase(Locale.ROOT));
    }

    static String text(byte[] key) {
        return Bytes.of(key).toUtf8();
    }

    /// Where `sought` begins in `bytes` at or after `from`; -1 when nowhere.
    static int indexOf(byte[] bytes, byte[] sought, int from) {
        for (int at = from; at <= bytes.length - sought.length; at++) {
            if (Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return at;
            }
        }
        return -1;
    }
}
