import org.jspecify.annotations.NullMarked;

/// Calls a Consul server, and watches what it holds.
///
/// [dev.proconsul.rpc.client.RpcClient] is the way in: `call` for any method that `dev.proconsul.rpc.structs`
/// describes, and facades such as [dev.proconsul.rpc.client.KvClient] for daily use. Failures are types:
/// a [dev.proconsul.rpc.client.CallException] says whether the call can have had an effect.
///
/// The module dials through [dev.proconsul.rpc.api.Dialer] and multiplexes with jyamux. Its calls show neither; only
/// [dev.proconsul.rpc.client.StreamConnection] names both, because this is where client and server join them.
///
/// [dev.proconsul.rpc.client.GrpcChannels] opens gRPC channels to a server's port, and watches of services follow
/// streams over such channels. That is the one part that needs libraries; whoever wants it requires `io.grpc` and what is
/// named below itself. In a program without them, watches use blocking queries.
@NullMarked
module dev.proconsul.rpc.client {
    requires static org.jspecify;
    requires transitive dev.proconsul.rpc.api;
    requires transitive dev.proconsul.rpc.structs;
    requires transitive dev.proconsul.jyamux;
    requires transitive dev.proconsul.rpc.transport.tls;

    // DNS, for DnsServers. The resolver is found by name, so it must be said that it is needed.
    requires java.naming;
    requires jdk.naming.dns;

    // Only for GrpcChannels and for watches that use streams, as in dev.proconsul.rpc.structs: users of the rest do not
    // have gRPC.
    requires static com.google.protobuf;
    requires static io.grpc;
    requires static io.grpc.okhttp;
    requires static io.grpc.stub;
    requires static io.grpc.protobuf.lite;

    exports dev.proconsul.rpc.client;
}
