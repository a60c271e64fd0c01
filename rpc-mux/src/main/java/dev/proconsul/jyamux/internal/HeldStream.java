package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.SessionConfig;
import dev.proconsul.jyamux.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.net.Socket;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// A stream as the application holds it, if [SessionConfig#resetForgotten()]. The session holds the stream itself;
/// nobody but the application holds this one, so when it becomes unreachable there is nobody left to close the stream.
///
/// Its views refer to it: who holds one of them has not forgotten the stream. A call that waits may be the last that
/// does, and compiled code lets go of what it does not need any more; so such calls hold on to this object until they
/// are over, by a fence. So do those that end it, or the stream could count as forgotten in the middle of that.
///
/// Threads: any; all is done by the stream itself.
final class HeldStream implements Stream {
    /// One for the process, started with the first stream of this kind.
    private static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform()
            .daemon()
            .name("jyamux cleaner")
            .inheritInheritableThreadLocals(false)
            .factory());

    private final YamuxStream stream;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private final Cleaner.Cleanable registration;

    HeldStream(YamuxStream stream) {
        this.stream = stream;
        registration = CLEANER.register(this, stream::forgotten); // which does not know this object
    }

    @Override
    public int id() {
        return stream.id();
    }

    @Override
    public InputStream input() {
        return input;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            try {
                return stream.input().read();
            } finally {
                Reference.reachabilityFence(HeldStream.this);
            }
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            try {
                return stream.input().read(to, offset, length);
            } finally {
                Reference.reachabilityFence(HeldStream.this);
            }
        }

        @Override
        public int available() throws IOException {
            try {
                return stream.input().available();
            } finally {
                Reference.reachabilityFence(HeldStream.this);
            }
        }

        @Override
        public void close() {
            HeldStream.this.stopReading();
        }
    }

    @Override
    public OutputStream output() {
        return output;
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            try {
                stream.output().write(value);
            } finally {
                Reference.reachabilityFence(HeldStream.this);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                stream.output().write(bytes, offset, length);
            } finally {
                Reference.reachabilityFence(HeldStream.this);
            }
        }

        @Override
        public void close() {
            HeldStream.this.finishWriting();
        }
    }

    @Override
    public ByteChannel channel() {
        return new StreamChannel(this);
    }

    @Override
    public Socket socket() throws IOException {
        return StreamSocket.of(this);
    }

    @Override
    public void finishWriting() {
        try {
            stream.finishWriting();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void stopReading() {
        try {
            stream.stopReading();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void reset() {
        reset(0);
    }

    @Override
    public void reset(long code) {
        try {
            stream.reset(code);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public CompletionStage<Void> inputEnd() {
        return stream.inputEnd();
    }

    @Override
    public CompletionStage<Void> outputEnd() {
        return stream.outputEnd();
    }

    @Override
    public void readTimeout(Duration timeout) {
        stream.readTimeout(timeout);
    }

    @Override
    public void writeTimeout(Duration timeout) {
        stream.writeTimeout(timeout);
    }

    @Override
    public int peek() throws IOException {
        try {
            return stream.peek();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void onAbort(Runnable action) {
        stream.onAbort(action);
    }

    @Override
    public void close() {
        try {
            stream.close();
            registration.clean(); // a closed stream cannot be forgotten, and need not be remembered
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return stream.toString();
    }
}
