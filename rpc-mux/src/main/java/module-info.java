import org.jspecify.annotations.NullMarked;

/// jyamux: many independent byte streams over one reliable, ordered connection, by the yamux protocol.
///
/// Start with [dev.proconsul.jyamux.Session]: it is given an input, an output and something to close, and speaks
/// yamux as client or server; [dev.proconsul.jyamux.Stream] is one stream of it, read and written with the JDK's own
/// `InputStream` and `OutputStream`.
///
/// This module knows no RPC, no TLS and no wire struct, and it opens no socket. It runs on virtual threads, and on a
/// few daemon threads that keep watch over sockets which rest, or look for forgotten streams if told to. It needs
/// nothing but the JDK's base; where the flight recorder is there, it records in it. Everything it exports is in one
/// package; the machinery is in `internal`.
@NullMarked
module dev.proconsul.jyamux {
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.proconsul.jyamux;
}
