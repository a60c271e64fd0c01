package dev.proconsul.rpc.structs;

/// First bytes of msgpack values. Source: msgpack specification, section "Formats".
final class Wire {
    static final int FIXMAP = 0x80;
    static final int FIXARRAY = 0x90;
    static final int FIXSTR = 0xa0;
    static final int NIL = 0xc0;
    static final int NEVER_USED = 0xc1;
    static final int FALSE = 0xc2;
    static final int TRUE = 0xc3;
    static final int BIN8 = 0xc4;
    static final int BIN16 = 0xc5;
    static final int BIN32 = 0xc6;
    static final int EXT8 = 0xc7;
    static final int EXT16 = 0xc8;
    static final int EXT32 = 0xc9;
    static final int FLOAT32 = 0xca;
    static final int FLOAT64 = 0xcb;
    static final int UINT8 = 0xcc;
    static final int UINT16 = 0xcd;
    static final int UINT32 = 0xce;
    static final int UINT64 = 0xcf;
    static final int INT8 = 0xd0;
    static final int INT16 = 0xd1;
    static final int INT32 = 0xd2;
    static final int INT64 = 0xd3;
    static final int FIXEXT1 = 0xd4;
    static final int FIXEXT16 = 0xd8;
    static final int STR8 = 0xd9;
    static final int STR16 = 0xda;
    static final int STR32 = 0xdb;
    static final int ARRAY16 = 0xdc;
    static final int ARRAY32 = 0xdd;
    static final int MAP16 = 0xde;
    static final int MAP32 = 0xdf;
    static final int NEGATIVE_FIXINT = 0xe0;

    /// The not-a-number that Go writes; Java's canonical one differs in the last bit.
    static final long GO_NAN = 0x7ff8_0000_0000_0001L;

    private Wire() {}

    static boolean isArray(int b) {
        return b >= FIXARRAY && b < FIXSTR || b == ARRAY16 || b == ARRAY32;
    }

    static boolean isMap(int b) {
        return b >= FIXMAP && b < FIXARRAY || b == MAP16 || b == MAP32;
    }

    static boolean isString(int b) {
        return b >= FIXSTR && b < NIL || b >= STR8 && b <= STR32;
    }

    static boolean isBinary(int b) {
        return b >= BIN8 && b <= BIN32;
    }

    static boolean isExtension(int b) {
        return b >= EXT8 && b <= EXT32 || b >= FIXEXT1 && b <= FIXEXT16;
    }

    /// The type number that Consul's decoder shows in its error texts.
    static int valueType(int b) throws DecodeException {
        if (b < FIXMAP || b >= NEGATIVE_FIXINT || b >= INT8 && b <= INT64) {
            return 2;
        } else if (isMap(b)) {
            return 9;
        } else if (isArray(b)) {
            return 0xa;
        } else if (isString(b)) {
            return 6;
        } else if (isBinary(b)) {
            return 8;
        } else if (isExtension(b)) {
            return 0xc;
        }
        return switch (b) {
            case NIL -> 1;
            case FALSE, TRUE -> 5;
            case FLOAT32, FLOAT64 -> 4;
            case UINT8, UINT16, UINT32, UINT64 -> 3;
            default -> throw new DecodeException("codec.decoder: currentEncodedType: Undeciphered descriptor: "
                    + unrecognized(b));
        };
    }

    static DecodeException neverUsed() {
        return new DecodeException("codec.decoder: Nil-Deciphered DecodeValue: " + unrecognized(NEVER_USED));
    }

    static String unrecognized(int b) {
        return "Unrecognized descriptor byte: hex: " + Integer.toHexString(b) + ", dec: " + b;
    }
}
