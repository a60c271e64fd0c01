import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.rpc.endpoints {
    requires dev.proconsul.rpc.api;
    requires dev.proconsul.rpc.structs;
    requires static org.jspecify;
}
