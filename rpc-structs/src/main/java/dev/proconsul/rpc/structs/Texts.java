package dev.proconsul.rpc.structs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Short texts that one message has had already, so that equal ones become one `String`.
///
/// Rows of a reply repeat their keys and many of their values (`lan`, `dc1`, `passing`); making a `String` is most of
/// the cost of reading one. A text is found by its first and last words, which overlap and together are all of it; a
/// newcomer takes the place of an older one.
final class Texts {
    /// Longest text that is kept, in bytes: shorter than the secrets of Consul, which are UUIDs.
    static final int LONGEST = 32;

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PLACES = 128;
    private static final int WORDS = LONGEST / Long.BYTES;
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private final @Nullable String[] texts = new @Nullable String[PLACES];
    private final long[] words = new long[PLACES * WORDS];

    /// The text in these bytes, 1 to 32 of them; null if it is not ASCII.
    @Nullable String get(byte[] bytes, int at, int length) {
        long a;
        long b;
        long c = 0;
        long d = 0;
        if (length < Long.BYTES) {
            a = shortWord(bytes, at, length);
            b = 0;
        } else {
            a = (long) WORD.get(bytes, at);
            b = (long) WORD.get(bytes, at + length - Long.BYTES);
            if (length > 2 * Long.BYTES) {
                c = (long) WORD.get(bytes, at + Long.BYTES);
                d = (long) WORD.get(bytes, at + length - 2 * Long.BYTES);
            }
        }
        return ((a | b | c | d) & NOT_ASCII) != 0 ? null : find(a, b, c, d, bytes, at, length);
    }

    private String find(long a, long b, long c, long d, byte[] bytes, int at, int length) {
        long hash = (a + 31 * b + 961 * c + 29791 * d + length) * 0x9E37_79B9_7F4A_7C15L;
        int place = (int) (hash >>> 57);
        int word = place * WORDS;
        String known = texts[place];
        if (known != null && known.length() == length && words[word] == a && words[word + 1] == b
                && words[word + 2] == c && words[word + 3] == d) {
            return known;
        }
        String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        texts[place] = text;
        words[word] = a;
        words[word + 1] = b;
        words[word + 2] = c;
        words[word + 3] = d;
        return text;
    }

    private static long shortWord(byte[] bytes, int at, int length) {
        if (at + Long.BYTES <= bytes.length) {
            return (long) WORD.get(bytes, at) & -1L >>> 64 - 8 * length;
        }
        long word = 0;
        for (int i = length - 1; i >= 0; i--) {
            word = word << 8 | bytes[at + i] & 0xff;
        }
        return word;
    }
}
