import org.jspecify.annotations.NullMarked;

/// To be written.
@NullMarked
module dev.proconsul.jyamux {
    requires static org.jspecify;
}
