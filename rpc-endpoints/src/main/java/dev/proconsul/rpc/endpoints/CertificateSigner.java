package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.RpcException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Makes certificates of the mesh. It keeps nothing: the authority's certificate and key are part of the replicated
/// state, and are handed in. Whoever runs the endpoints supplies it, so that they need no library for certificates.
///
/// Threads: any.
public interface CertificateSigner {
    /// An authority.
    ///
    /// @param certificate PEM
    /// @param key         its private key, PEM, which is secret
    record Authority(String certificate, String key) {
        @Override
        public String toString() {
            return "Authority[certificate=" + certificate + "]";
        }
    }

    /// What a certificate of an authority says about itself.
    ///
    /// @param fingerprint SHA-1 of the certificate, lower-case hexadecimal bytes with colons between
    /// @param name        common name
    /// @param serial      the lower 64 bits of the serial number
    /// @param keyId       subject key identifier, as the fingerprint is written
    /// @param keyType     `ec` or `rsa`
    /// @param keyBits     size of the key
    /// @param notBefore   first moment at which it is valid
    /// @param notAfter    last moment at which it is valid
    record Description(String fingerprint, String name, long serial, String keyId, String keyType, int keyBits,
            Instant notBefore, Instant notAfter) {}

    /// A request that was read, and whose signature was verified.
    ///
    /// @param uris    the URIs among its names
    /// @param emails  the e-mail addresses among its names
    record Request(List<String> uris, List<String> emails) {
        /// Copies the lists.
        public Request {
            uris = List.copyOf(uris);
            emails = List.copyOf(emails);
        }
    }

    /// A certificate that was made for a request.
    ///
    /// @param pem       the certificate
    /// @param serial    its serial number, lower-case hexadecimal bytes with colons between
    /// @param notBefore first moment at which it is valid
    /// @param notAfter  last moment at which it is valid
    record Signed(String pem, String serial, Instant notBefore, Instant notAfter) {}

    /// Makes an authority with a new key.
    ///
    /// @param clusterId identifier of the cluster; its trust domain is `<id>.consul`
    /// @param validity  how long it is valid
    /// @param now       from when on
    /// @return the authority
    Authority create(String clusterId, Duration validity, Instant now);

    /// Reads the certificate of an authority, and makes sure that the key is its own.
    ///
    /// @param authority certificate and key; an empty key is not looked at
    /// @return what it says
    /// @throws RpcException when it cannot be read, is no authority, or the key is not its own
    Description describe(Authority authority) throws RpcException;

    /// Reads a request, and verifies that its sender has the key.
    ///
    /// @param csr PEM
    /// @return what it asks for
    /// @throws RpcException when it cannot be read, or is not signed by its own key
    Request read(String csr) throws RpcException;

    /// Signs a request. Names and addresses are taken over from it, but for the URI; the subject is not.
    ///
    /// @param authority who signs
    /// @param csr       PEM, which [#read] has read
    /// @param uri       stands in place of its URI
    /// @param validity  how long the certificate is valid
    /// @param now       when
    /// @return the certificate
    /// @throws RpcException when the request asks for names that nobody gets
    Signed sign(Authority authority, String csr, String uri, Duration validity, Instant now) throws RpcException;
}
