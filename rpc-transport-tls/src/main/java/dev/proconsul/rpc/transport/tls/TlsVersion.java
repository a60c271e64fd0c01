package dev.proconsul.rpc.transport.tls;

import java.util.Arrays;
import java.util.List;

/// The versions of TLS that are spoken here. Older ones are broken (RFC 8996) and refused.
public enum TlsVersion {
    /// TLS 1.2, the default minimum.
    TLS_1_2("TLSv1.2", "TLSv1_2", "tls12"),
    /// TLS 1.3.
    TLS_1_3("TLSv1.3", "TLSv1_3", "tls13");

    private final String standardName;
    private final String configName;
    private final String legacyName;

    TlsVersion(String standardName, String configName, String legacyName) {
        this.standardName = standardName;
        this.configName = configName;
        this.legacyName = legacyName;
    }

    /// {@return the JDK's name of the version}
    public String standardName() {
        return standardName;
    }

    /// Reads a value of Consul's `tls_min_version`.
    ///
    /// @param name `TLSv1_2`, `TLSv1_3`, `TLS_AUTO` (which is 1.2), or the older `tls12` and `tls13`
    /// @return the version
    /// @throws IllegalArgumentException for any other name; says what is allowed
    public static TlsVersion of(String name) {
        if (name.isEmpty() || name.equals("TLS_AUTO")) {
            return TLS_1_2;
        }
        return Arrays.stream(values())
                .filter(version -> name.equals(version.configName) || name.equals(version.legacyName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(List.of("TLSv1_0", "TLSv1_1", "tls10", "tls11").contains(name)
                        ? name + " is no longer secure and not supported; use TLSv1_2 or TLSv1_3"
                        : "'" + name + "' is no TLS version; use TLSv1_2, TLSv1_3 or TLS_AUTO"));
    }
}
