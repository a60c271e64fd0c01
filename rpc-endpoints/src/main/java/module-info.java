import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.rpc.endpoints {
    requires static org.jspecify;
}
