package dev.proconsul.jyamux.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// A pair of streams as a [Wire].
final class StreamWire implements Wire {
    private static final int PIECE = 131_072;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable transport;
    private final BufferPool pool;

    /// @param pool gives buffers on the heap
    StreamWire(InputStream in, OutputStream out, Closeable transport, BufferPool pool) {
        this.in = in;
        this.out = out;
        this.transport = transport;
        this.pool = pool;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int room = into.remaining();
        int count = in.read(into.array(), into.arrayOffset() + into.position(), room);
        if (count > room) {
            throw new IOException("the connection read " + count + " bytes into " + room);
        }
        into.position(into.position() + Math.max(0, count));
        return count;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        int piece = Math.min(PIECE, from.remaining());
        out.write(from.array(), from.arrayOffset() + from.position(), piece);
        from.position(from.position() + piece);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public BufferPool pool() {
        return pool;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
