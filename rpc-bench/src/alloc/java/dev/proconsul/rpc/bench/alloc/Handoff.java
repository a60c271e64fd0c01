package dev.proconsul.rpc.bench.alloc;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/// One message at a time from one thread to another, with nothing but park and unpark: what the JDK allocates for that.
/// The next message must not be written before the last one was read.
final class Handoff {
    private final byte[] message;
    private volatile boolean full;
    private volatile Thread reader;

    Handoff(int messageBytes) {
        message = new byte[messageBytes];
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException("whole messages only");
            }

            @Override
            public void write(byte[] source, int offset, int length) {
                System.arraycopy(source, offset, message, 0, length);
                full = true;
                LockSupport.unpark(reader);
            }
        };
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("whole messages only");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                reader = Thread.currentThread();
                while (!full) {
                    if (Thread.interrupted()) {
                        return -1;
                    }
                    LockSupport.park(Handoff.this);
                }
                System.arraycopy(message, 0, target, offset, length);
                full = false;
                return length;
            }
        };
    }
}
