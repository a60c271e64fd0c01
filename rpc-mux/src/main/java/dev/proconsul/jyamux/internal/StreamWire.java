package dev.proconsul.jyamux.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A pair of streams as a [Wire].
final class StreamWire implements Wire {
    private static final int LEAST_PIECE = 16_384;
    private static final int MOST_PIECE = 131_072;
    private static final long QUICK = 50_000_000L;
    private static final long SLOW = 1_000_000_000L;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable transport;
    private final BufferPool pool;
    private final Ticker ticker;
    private int piece = LEAST_PIECE; // the writer's

    /// @param pool gives buffers on the heap
    StreamWire(InputStream in, OutputStream out, Closeable transport, BufferPool pool, Ticker ticker) {
        this.in = in;
        this.out = out;
        this.transport = transport;
        this.pool = pool;
        this.ticker = ticker;
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

    /// A stream does not tell how far a write has come, so the pieces are small until they prove to be quick: on a slow
    /// connection a large one would look like standing still.
    @Override
    public void write(ByteBuffer from) throws IOException {
        int length = Math.min(piece, from.remaining());
        long start = ticker.nanos();
        out.write(from.array(), from.arrayOffset() + from.position(), length);
        from.position(from.position() + length);
        long took = ticker.nanos() - start;
        if (took > SLOW) {
            piece = LEAST_PIECE;
        } else if (length == piece && took < QUICK) {
            piece = Math.min(2 * piece, MOST_PIECE);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public boolean finishWriting() throws IOException {
        switch (transport) {
            case Socket socket -> socket.shutdownOutput();
            case SocketChannel channel -> channel.shutdownOutput();
            default -> {
                return false;
            }
        }
        return true;
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
