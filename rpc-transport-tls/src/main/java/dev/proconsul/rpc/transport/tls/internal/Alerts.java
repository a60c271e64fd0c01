package dev.proconsul.rpc.transport.tls.internal;

import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Says in plain words what the JDK says of a failed handshake.
final class Alerts {
    /// The JDK puts the name of the alert that it sends or has received before its message.
    private static final Pattern PREFIX = Pattern.compile("^\\([a-z0-9_]+\\) ");
    private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: ([a-z0-9_]+)");
    private static final Set<String> ABOUT_CERTIFICATES = Set.of("bad_certificate", "certificate_required", "unknown_ca",
            "certificate_unknown", "certificate_expired", "unsupported_certificate");

    private Alerts() {}

    static SSLException explained(SSLException e) {
        var message = PREFIX.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        var received = RECEIVED.matcher(message);
        if (received.find()) {
            var alert = received.group(1);
            message = "the peer refused by TLS alert " + alert + (ABOUT_CERTIFICATES.contains(alert)
                    ? ": it wants a certificate from us that one of its authorities signed, or does not trust ours" : "");
        }
        return new SSLException(message, e);
    }
}
