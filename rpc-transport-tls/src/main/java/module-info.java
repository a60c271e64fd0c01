import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.rpc.transport.tls {
    requires static org.jspecify;
}
