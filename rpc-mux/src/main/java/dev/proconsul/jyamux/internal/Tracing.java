package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import dev.proconsul.jyamux.SessionObserver;
import java.nio.ByteBuffer;

/// Shows an observer the frames of what is being written, in the order of the wire.
final class Tracing implements FrameSink {
    private final SessionObserver observer;

    private Tracing(SessionObserver observer) {
        this.observer = observer;
    }

    static FrameSink sent(SessionObserver observer) {
        return new Tracing(observer);
    }

    @Override
    public void frame(FrameType type, int flags, int id, int length, boolean bodyFollows) {
        observer.frameSent(type, flags, id, Integer.toUnsignedLong(length));
    }

    @Override
    public void body(ByteBuffer from, int length, boolean last) {
        // Payload is not shown.
    }
}
