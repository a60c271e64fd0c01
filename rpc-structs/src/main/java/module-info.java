import org.jspecify.annotations.NullMarked;

/// The wire structs of Consul's RPC, and their two forms: msgpack for the wire, a JSON tree for people.
///
/// The structs are generated from `src/main/schema`, one record each, with a codec that writes the bytes that Consul
/// writes and takes the bytes that Consul takes. Start with [dev.proconsul.rpc.structs.Methods], which knows every
/// method with its request and reply, or with one of the services, as [dev.proconsul.rpc.structs.KVS].
/// [dev.proconsul.rpc.structs.MsgpackReader] is the side that meets untrusted bytes; what these may ask for is in
/// [dev.proconsul.rpc.structs.DecodeLimits].
///
/// [dev.proconsul.rpc.structs.proto] has the messages and stubs of Consul's internal gRPC, generated from
/// `src/main/proto`. It is the one part that needs libraries: Protobuf and gRPC, which a user of that package requires
/// itself.
///
/// Usable alone: the rest needs nothing but the JDK's base and knows nothing of connections.
@NullMarked
module dev.proconsul.rpc.structs {
    requires static org.jspecify;

    // Only for dev.proconsul.rpc.structs.proto. Whoever uses that package requires these modules too. Not transitive:
    // javac would then want them of everybody.
    requires static com.google.protobuf;
    requires static com.google.common;
    requires static io.grpc;
    requires static io.grpc.stub;
    requires static io.grpc.protobuf.lite;

    exports dev.proconsul.rpc.structs;
    exports dev.proconsul.rpc.structs.proto;
    exports dev.proconsul.rpc.structs.proto.configentry;
}
