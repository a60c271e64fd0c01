package dev.proconsul.rpc.endpoints.internal.acl;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// BLAKE2b with a digest of 256 bits and without a key, which the JDK does not have. For one thread.
///
/// Source: RFC 7693.
final class Blake2b256 {
    private static final int BLOCK = 128;
    private static final int DIGEST = 32;
    private static final int ROUNDS = 12;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[] START = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L};
    /// Order of the words of a block in each round, as hexadecimal digits; rounds 10 and 11 are those of 0 and 1.
    private static final String[] ORDER = {
        "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
        "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"};

    private final long[] state = START.clone();
    private final byte[] block = new byte[BLOCK];
    private int filled;
    private long length;

    Blake2b256() {
        state[0] ^= 0x01010000L ^ DIGEST;
    }

    Blake2b256 add(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (filled == BLOCK) {
                compress(false);
            }
            block[filled++] = b;
        }
        return this;
    }

    byte[] digest() {
        Arrays.fill(block, filled, BLOCK, (byte) 0);
        compress(true);
        byte[] digest = new byte[DIGEST];
        for (int i = 0; i < DIGEST / Long.BYTES; i++) {
            LONG.set(digest, i * Long.BYTES, state[i]);
        }
        return digest;
    }

    private void compress(boolean last) {
        length += filled;
        filled = 0;
        long[] v = new long[16];
        System.arraycopy(state, 0, v, 0, 8);
        System.arraycopy(START, 0, v, 8, 8);
        v[12] ^= length;
        v[14] ^= last ? -1 : 0;
        for (int round = 0; round < ROUNDS; round++) {
            var order = ORDER[round % ORDER.length];
            for (int i = 0; i < 4; i++) {
                mix(v, i, 4 + i, 8 + i, 12 + i, word(order, 2 * i), word(order, 2 * i + 1));
            }
            for (int i = 0; i < 4; i++) {
                mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4,
                        word(order, 8 + 2 * i), word(order, 9 + 2 * i));
            }
        }
        for (int i = 0; i < 8; i++) {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private long word(String order, int at) {
        return (long) LONG.get(block, Character.digit(order.charAt(at), 16) * Long.BYTES);
    }

    private static void mix(long[] v, int a, int b, int c, int d, long x, long y) {
        v[a] += v[b] + x;
        v[d] = Long.rotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = Long.rotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = Long.rotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = Long.rotateRight(v[b] ^ v[c], 63);
    }
}
