package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.Bytes;
import java.util.Arrays;
import java.util.Locale;

/// Keys of tables as bytes, and the text that they are on the wire.
///
/// A byte that is not valid UTF-8 stands in a text as the lone surrogate U+DC00 + byte, so that every byte string has
/// a text and finds back.
///
/// A key that is made of texts has a zero byte behind each, so that one text is never the beginning of another, and a
/// key can be the prefix of longer ones.
public final class Keys {
    /// No bytes: the prefix of all keys.
    public static final byte[] NONE = {};

    private Keys() {}

    /// Makes the key of tables that ignore case.
    /// @param parts its parts
    /// @return each part in lower case, with a zero byte behind it
    public static byte[] of(String... parts) {
        if (parts.length == 1) {
            return exact(lower(parts[0]) + '\0');
        }
        var whole = new StringBuilder();
        for (var part : parts) {
            whole.append(lower(part)).append('\0');
        }
        return exact(whole.toString());
    }

    /// Makes a key of texts whose case matters.
    /// @param parts its parts
    /// @return each part with a zero byte behind it
    public static byte[] exactly(String... parts) {
        return exact(String.join("\0", parts) + '\0');
    }

    /// Makes the beginning of keys of tables that ignore case.
    /// @param text how they begin
    /// @return the bytes, with nothing behind them
    public static byte[] beginning(String text) {
        return exact(lower(text));
    }

    /// {@return a text as it is compared where case does not matter}
    /// @param text any text
    public static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /// Makes the key of KV entries.
    /// @param key its text
    /// @return the bytes as they are, case-sensitive
    public static byte[] exact(String key) {
        return Bytes.ofUtf8(key).toByteArray();
    }

    /// {@return the text of a KV key}
    /// @param key its bytes
    public static String text(byte[] key) {
        return Bytes.of(key).toUtf8();
    }

    /// Finds bytes in bytes.
    /// @param bytes  where to look
    /// @param sought what to find
    /// @param from   where to start
    /// @return where `sought` begins at or after `from`; -1 when nowhere
    public static int indexOf(byte[] bytes, byte[] sought, int from) {
        for (int at = from; at <= bytes.length - sought.length; at++) {
            if (Arrays.equals(bytes, at, at + sought.length, sought, 0, sought.length)) {
                return at;
            }
        }
        return -1;
    }
}
