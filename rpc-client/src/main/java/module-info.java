import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.rpc.client {
    requires static org.jspecify;
}
