import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.rpc.server {
    requires static org.jspecify;
}
