package dev.proconsul.rpc.structs;

import java.util.Arrays;

/// The names of a struct's fields in wire order, for those that do not come where they are expected.
final class Fields {
    private final Name[] names;
    private final int[] positional;

    /// Takes the names in wire order, and for each place of the array form the index of its field in wire order.
    Fields(Name[] names, int... positional) {
        this.names = names;
        this.positional = positional;
    }

    /// The field at a place of the array form, or -1 behind the last.
    int at(long place) {
        return place < positional.length ? positional[(int) place] : -1;
    }

    /// True, and steps over it, if the name of the first field comes next.
    boolean startsAt(Source source) {
        return names.length > 0 && source.takeIf(names[0]);
    }

    /// The field with this name, or -1.
    int find(byte[] source, int from, int length) {
        int low = 0;
        int high = names.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            byte[] name = names[middle].encoded();
            int header = names[middle].header();
            int order = Arrays.compareUnsigned(name, header, name.length, source, from, from + length);
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
