package dev.proconsul.jyamux;

/// The four kinds of frames. The ordinal is the number on the wire.
///
/// Source: yamux specification, section "Type Field".
public enum FrameType {
    /// Bytes of a stream; the only type with a payload.
    DATA,
    /// Credit for the peer's writer; also carries the flags that open, acknowledge and end streams.
    WINDOW_UPDATE,
    /// A question (SYN) or an answer (ACK) with an opaque number.
    PING,
    /// The end of the session, or of opening streams in it.
    GO_AWAY
}
