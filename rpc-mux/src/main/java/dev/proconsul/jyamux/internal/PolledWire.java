package dev.proconsul.jyamux.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A socket in non-blocking mode as a [Wire]. A [SelectLoop] says when there is something to read.
///
/// In this mode interrupting a thread inside a call does not close the socket, so callers may write themselves.
final class PolledWire implements Wire {
    private final SocketChannel channel;
    private final SelectLoop loop;
    private final SelectionKey key;
    private volatile @Nullable Thread blocked;

    /// @param channel connected; put into non-blocking mode
    PolledWire(SocketChannel channel, SelectLoop loop) throws IOException {
        this.channel = channel;
        this.loop = loop;
        channel.configureBlocking(false);
        this.key = loop.register(channel);
    }

    /// Begins to tell when there are bytes.
    void watch(PolledReading reading) {
        try {
            loop.watch(key, reading);
        } catch (CancelledKeyException e) {
            loop.leave(reading); // closed before it began
        }
    }

    /// Takes what is there.
    ///
    /// @return how many bytes came, maybe none, or -1 at the end
    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public boolean takesOffers() {
        return true;
    }

    @Override
    public void offer(ByteBuffer from) throws IOException {
        channel.write(from);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (channel.write(from) == 0) {
            awaitRoom();
        }
    }

    private void awaitRoom() throws IOException {
        Thread self = Thread.currentThread();
        blocked = self;
        try {
            loop.awaitRoom(key);
        } catch (CancelledKeyException e) {
            throw new ClosedChannelException();
        }
        while (blocked == self && channel.isOpen()) {
            LockSupport.park(this);
        }
    }

    /// There is room again.
    void writable() {
        Thread writer = blocked;
        blocked = null;
        LockSupport.unpark(writer);
    }

    @Override
    public void flush() {
        // A socket holds nothing back.
    }

    @Override
    public boolean finishWriting() throws IOException {
        channel.shutdownOutput();
        return true;
    }

    @Override
    public BufferPool pool() {
        return BufferPool.OUTSIDE_HEAP;
    }

    /// The selector lets go of the socket before the kernel closes it, which takes another turn of the loop.
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            LockSupport.unpark(blocked);
            if (key.attachment() instanceof PolledReading reading) {
                loop.leave(reading);
            }
        }
    }
}
