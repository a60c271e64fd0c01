import org.jspecify.annotations.NullMarked;

/// Sockets and TLS: how connections come in and go out.
///
/// [dev.proconsul.rpc.transport.tls.Listener] accepts, [dev.proconsul.rpc.transport.tls.TcpDialer] dials; both give
/// [dev.proconsul.rpc.api.Connection]s and know nothing of what is spoken over them. A server without certificates
/// turns TLS away with [dev.proconsul.rpc.transport.tls.TlsRefusal].
@NullMarked
module dev.proconsul.rpc.transport.tls {
    requires static org.jspecify;
    requires transitive dev.proconsul.rpc.api;

    exports dev.proconsul.rpc.transport.tls;
}
