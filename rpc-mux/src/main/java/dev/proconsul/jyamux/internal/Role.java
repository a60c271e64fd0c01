package dev.proconsul.jyamux.internal;

/// Which stream numbers a session opens.
///
/// Source: yamux specification, section "StreamID Field"; hashicorp/yamux `session.go` for the last number.
enum Role {
    CLIENT(1),
    SERVER(2);

    private static final int LAST_CLIENT_ID = 0xffff_fffd;

    private final int firstId;

    Role(int firstId) {
        this.firstId = firstId;
    }

    int firstId() {
        return firstId;
    }

    /// {@return the last number before opening is refused, for ever}
    int lastId() {
        return this == CLIENT ? LAST_CLIENT_ID : LAST_CLIENT_ID - 1;
    }

    /// Deviation: hashicorp's implementation takes any number from its peer, and never sends a wrong one.
    ///
    /// {@return whether a stream of that number can have been opened by the peer}
    boolean opensFromPeer(int id) {
        return id != 0 && (id & 1) != (firstId & 1);
    }
}
