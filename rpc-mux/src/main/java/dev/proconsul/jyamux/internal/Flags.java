package dev.proconsul.jyamux.internal;

/// The flag bits of a frame. Others are ignored when received.
///
/// Source: yamux specification, section "Flag Field".
final class Flags {
    static final int NONE = 0;
    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;
    static final int KNOWN = SYN | ACK | FIN | RST;

    private Flags() {}
}
