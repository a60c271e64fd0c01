package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.CertificateSigner;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// Certificates that are lines of text, for tests of what is around them. A request is
/// `-----BEGIN uri[,uri…][;email]`.
final class FakeSigner implements CertificateSigner {
    private int made;

    @Override
    public synchronized Authority create(String clusterId, Duration validity, Instant now) {
        made++;
        return new Authority("root " + made + " of " + clusterId, "key " + made);
    }

    @Override
    public Description describe(Authority authority) throws RpcException {
        if (authority.certificate().contains("bad")) {
            throw new RpcException("the certificate cannot be read");
        }
        return new Description("id of " + authority.certificate(), "name", 7, "key id", "ec", 256, Instant.EPOCH,
                Instant.EPOCH.plus(Duration.ofDays(3650)));
    }

    @Override
    public Request read(String csr) {
        var parts = csr.substring("-----BEGIN ".length()).split(";", 2);
        return new Request(parts[0].isEmpty() ? List.of() : Arrays.asList(parts[0].split(",")),
                parts.length < 2 ? List.of() : List.of(parts[1]));
    }

    @Override
    public Signed sign(Authority authority, String csr, String uri, Duration validity, Instant now) {
        return new Signed(uri + " by " + authority.certificate(), "0a", now.minusSeconds(60), now.plus(validity));
    }
}
