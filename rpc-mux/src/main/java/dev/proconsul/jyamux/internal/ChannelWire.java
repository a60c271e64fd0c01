package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/// A channel in blocking mode as a [Wire]. Its buffers lie outside the heap, where the kernel takes and puts bytes
/// without another copy.
final class ChannelWire implements Wire {
    private final ByteChannel channel;

    ChannelWire(ByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        if (channel.write(from) == 0) {
            throw new IOException("the channel took no byte; it has to be in blocking mode");
        }
    }

    @Override
    public void flush() {
        // A channel holds nothing back.
    }

    @Override
    public BufferPool pool() {
        return BufferPool.OUTSIDE_HEAP;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
