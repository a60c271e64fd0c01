import org.jspecify.annotations.NullMarked;

/// The server, put together from the modules below it, and the command line `proconsul`.
///
/// [dev.proconsul.rpc.server.RpcServer] starts a server in this process; the runtime image starts it from the command
/// line. There is little to read here: the routing table (`internal/Routes`), the accept loop, and the commands.
@NullMarked
module dev.proconsul.rpc.server {
    requires static org.jspecify;
    requires transitive dev.proconsul.rpc.api;
    requires transitive dev.proconsul.rpc.endpoints;
    requires transitive dev.proconsul.rpc.transport.tls;
    requires dev.proconsul.jyamux;
    requires dev.proconsul.rpc.client;
    requires dev.proconsul.rpc.structs;
    requires com.google.gson;
    requires info.picocli;
    requires jdk.unsupported; // sun.misc.Signal: SIGHUP

    exports dev.proconsul.rpc.server;
}
