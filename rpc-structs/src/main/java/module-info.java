import org.jspecify.annotations.NullMarked;

/// The wire structs of Consul's RPC, and their two forms: msgpack for the wire, a JSON tree for people.
///
/// The structs are generated from `src/main/schema`, one record each, with a codec that writes the bytes that Consul
/// writes and takes the bytes that Consul takes. Start with [dev.proconsul.rpc.structs.Methods], which knows every
/// method with its request and reply, or with one of the services, as [dev.proconsul.rpc.structs.KVS].
/// [dev.proconsul.rpc.structs.MsgpackReader] is the side that meets untrusted bytes; what these may ask for is in
/// [dev.proconsul.rpc.structs.DecodeLimits].
///
/// Usable alone: it needs nothing but the JDK's base and knows nothing of connections.
@NullMarked
module dev.proconsul.rpc.structs {
    requires static org.jspecify;

    exports dev.proconsul.rpc.structs;
}
