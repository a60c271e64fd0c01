package dev.proconsul.rpc.endpoints.internal.acl;

import dev.proconsul.rpc.structs.ACLToken;
import dev.proconsul.rpc.structs.WireTime;
import java.time.Instant;

/// When tokens end.
public final class TokenTimes {
    private TokenTimes() {}

    /// {@return whether a token is no longer valid}
    /// @param token any token
    /// @param now   when
    public static boolean hasExpired(ACLToken token, Instant now) {
        var end = token.expirationTime();
        return end != null && isSet(end) && before(end, WireTime.of(now));
    }

    /// {@return whether a time is not Go's zero time}
    /// @param time any time
    public static boolean isSet(WireTime time) {
        return time.seconds() != 0 || time.nanos() != 0;
    }

    private static boolean before(WireTime a, WireTime b) {
        return a.seconds() < b.seconds() || a.seconds() == b.seconds() && a.nanos() < b.nanos();
    }
}
