package dev.proconsul.rpc.endpoints.internal.hcl;

/// What a backslash means inside strings.
final class Escapes {
    private static final String LETTERS = "abfnrtv\\\"/";
    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\\"/";

    private Escapes() {}

    /// Reads an escape whose backslash has been read.
    /// @param allowed the letters that may follow, other than `u`
    static int take(TextCursor text, String allowed) throws HclException {
        var place = text.place();
        int c = text.take();
        if (c == 'u' || c == 'U' && allowed.indexOf('a') >= 0) {
            return codePoint(text, c == 'u' ? 4 : 8, place);
        }
        if (c < 0 || allowed.indexOf(c) < 0) {
            throw new HclException(place, "illegal char escape");
        }
        return MEANINGS.charAt(LETTERS.indexOf(c));
    }

    private static int codePoint(TextCursor text, int digits, Place place) throws HclException {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(text.take(), 16);
            if (digit < 0) {
                throw new HclException(place, "illegal char escape");
            }
            value = value << 4 | digit;
        }
        if (!Character.isValidCodePoint(value)) {
            throw new HclException(place, "escape sequence is invalid Unicode code point");
        }
        return value;
    }
}
