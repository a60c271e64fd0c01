import org.jspecify.annotations.NullMarked;

/// The RPC methods, the conversation that calls them, and the state behind them.
///
/// [dev.proconsul.rpc.endpoints.RpcConversation] reads requests from a connection and finds their methods in an
/// [dev.proconsul.rpc.endpoints.EndpointTable]; [dev.proconsul.rpc.endpoints.Endpoints] fills such a table with all
/// services over a [dev.proconsul.rpc.endpoints.ServerView]. Callers in the same process use the table directly, and
/// need neither socket nor bytes. The state itself is hidden: it is reached through methods only, and replicated as
/// the [dev.proconsul.rpc.api.StateMachine] that [dev.proconsul.rpc.endpoints.ServerState] gives.
///
/// [dev.proconsul.rpc.endpoints.GrpcServices] is the gRPC side: services for any gRPC server to carry. It is the one
/// part that needs libraries; whoever uses it requires `io.grpc` and what is named below itself.
///
/// The module knows no socket and no multiplexer: a conversation is given a [dev.proconsul.rpc.api.Connection].
@NullMarked
module dev.proconsul.rpc.endpoints {
    requires static org.jspecify;
    requires transitive dev.proconsul.rpc.api;
    requires transitive dev.proconsul.rpc.structs;

    // Only for GrpcServices, as in dev.proconsul.rpc.structs: users of the rest have neither gRPC nor Protobuf.
    requires static com.google.protobuf;
    requires static io.grpc;
    requires static io.grpc.protobuf;
    requires static io.grpc.services;

    exports dev.proconsul.rpc.endpoints;
}
