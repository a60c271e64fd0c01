import org.jspecify.annotations.NullMarked;

/// Sockets and TLS: how connections come in and go out.
///
/// [dev.proconsul.rpc.transport.tls.Listener] accepts, [dev.proconsul.rpc.transport.tls.TcpDialer] dials; both give
/// [dev.proconsul.rpc.api.Connection]s and know nothing of what is spoken over them. A server without certificates
/// turns TLS away with [dev.proconsul.rpc.transport.tls.TlsRefusal].
///
/// [dev.proconsul.rpc.transport.tls.TlsConfig] says what is wanted, [dev.proconsul.rpc.transport.tls.TlsConfigurator]
/// holds what it came to and may be reloaded at any time. [dev.proconsul.rpc.transport.tls.TlsUpgrade] secures a
/// connection that came in, [dev.proconsul.rpc.transport.tls.TlsDialer] dials a secure one.
///
/// The JDK does TLS. Bouncy Castle reads PEM and makes certificates; none of its types comes out of this module, and
/// none is loaded before there is a PEM text to read.
@NullMarked
module dev.proconsul.rpc.transport.tls {
    requires static org.jspecify;
    requires transitive dev.proconsul.rpc.api;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;

    exports dev.proconsul.rpc.transport.tls;
}
