package dev.proconsul.rpc.structs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Compares and copies short byte strings, such as the names of fields, by words instead of bytes.
///
/// The last word overlaps the one before it. For some ten bytes this takes a fraction of the time of a call into the
/// JDK's routines, which are made for long arrays.
final class Words {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private Words() {}

    /// True if an array has these bytes from a position on, where it has at least as many.
    static boolean equal(byte[] expected, byte[] bytes, int from) {
        int length = expected.length;
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES) {
                if ((long) LONG.get(expected, i) != (long) LONG.get(bytes, from + i)) {
                    return false;
                }
            }
            return (long) LONG.get(expected, last) == (long) LONG.get(bytes, from + last);
        } else if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            return (int) INT.get(expected, 0) == (int) INT.get(bytes, from)
                    && (int) INT.get(expected, last) == (int) INT.get(bytes, from + last);
        }
        for (int i = 0; i < length; i++) {
            if (expected[i] != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }

    /// Copies bytes into an array that has room for them.
    static void copy(byte[] bytes, byte[] target, int at) {
        int length = bytes.length;
        if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES) {
                LONG.set(target, at + i, (long) LONG.get(bytes, i));
            }
            LONG.set(target, at + last, (long) LONG.get(bytes, last));
        } else if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            INT.set(target, at, (int) INT.get(bytes, 0));
            INT.set(target, at + last, (int) INT.get(bytes, last));
        } else {
            for (int i = 0; i < length; i++) {
                target[at + i] = bytes[i];
            }
        }
    }
}
