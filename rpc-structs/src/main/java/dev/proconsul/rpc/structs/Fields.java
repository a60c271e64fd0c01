package dev.proconsul.rpc.structs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The names of a struct's fields in wire order, ready for comparison with what comes in.
final class Fields {
    private final byte[][] names;
    private final byte[][] encoded;
    private final int[] positional;

    /// Takes the names in wire order, and for each place of the array form the index of its field in wire order.
    Fields(String[] names, int... positional) {
        this.names = new byte[names.length][];
        this.encoded = new byte[names.length][];
        this.positional = positional;
        for (int i = 0; i < names.length; i++) {
            MsgpackWriter out = new MsgpackWriter();
            out.writeString(names[i]);
            encoded[i] = out.toByteArray();
            this.names[i] = names[i].getBytes(StandardCharsets.UTF_8);
        }
    }

    byte[] encoded(int field) {
        return encoded[field];
    }

    /// The field at a place of the array form, or -1 behind the last.
    int at(long place) {
        return place < positional.length ? positional[(int) place] : -1;
    }

    boolean has(int field) {
        return field < encoded.length;
    }

    /// The field with this name, or -1.
    int find(byte[] source, int from, int length) {
        int low = 0;
        int high = names.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(names[middle], 0, names[middle].length, source, from, from + length);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /// How many fields a struct header announced; see [MsgpackReader#readStructHeader()].
    static long count(long header) {
        return header < 0 ? ~header : header;
    }
}
