package dev.proconsul.rpc.endpoints.internal;

import java.util.Optional;

/// The texts of ids, and what Go's parser says of those that are none.
///
/// Source: the library go-uuid, `ParseUUID`.
final class Uuids {
    private static final int LENGTH = 36;

    private Uuids() {}

    static Optional<String> problem(String text) {
        if (text.length() != LENGTH) {
            return Optional.of("uuid string is wrong length");
        }
        if (text.charAt(8) != '-' || text.charAt(13) != '-' || text.charAt(18) != '-' || text.charAt(23) != '-') {
            return Optional.of("uuid is improperly formatted");
        }
        for (char c : text.replace("-", "").toCharArray()) {
            if (Character.digit(c, 16) < 0 || c > 'f') {
                return Optional.of("encoding/hex: invalid byte: U+%04X '%c'".formatted((int) c, c));
            }
        }
        return text.replace("-", "").length() == 32 ? Optional.empty()
                : Optional.of("decoded hex is the wrong length");
    }

    static boolean isUuid(String text) {
        return problem(text).isEmpty();
    }
}
