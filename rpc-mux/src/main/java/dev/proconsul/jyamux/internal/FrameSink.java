package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.MuxException;

/// Takes what the decoder finds. Called by the session's reader only; must not wait.
interface FrameSink {
    /// A header has come. For a data frame with a payload, [#body] follows until the payload is complete.
    void frame(FrameHeader header) throws MuxException;

    /// A piece of the payload of the last header.
    ///
    /// @param last whether the payload is complete with it
    void body(byte[] bytes, int offset, int length, boolean last) throws MuxException;
}
