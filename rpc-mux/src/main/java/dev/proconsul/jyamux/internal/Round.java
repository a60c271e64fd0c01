package dev.proconsul.jyamux.internal;

import dev.proconsul.jyamux.FrameType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The frames that will leave together, in one buffer: those that go first, then the others, each in the order in
/// which they came.
///
/// ```
/// | room for frames that go first | header payload header payload …      |
/// 0                           HEADROOM                               position
/// ```
///
/// Owns a buffer only while frames are in it. Threads: guarded by the [Outbox]'s lock.
final class Round {
    private static final int HEADROOM = 32 * Frames.HEADER_BYTES;
    /// A frame of so many bytes is worth a buffer that has room for others like it.
    private static final int LARGE = 16_384;

    private final BufferPool pool;
    private @Nullable ByteBuffer buffer;
    private ByteBuffer first = ByteBuffer.allocate(2 * Frames.HEADER_BYTES);
    private int frames;
    private boolean urgent;
    private int usual; // bytes of those before; sooner up than down, for what finds no room has to be copied

    Round(BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return frames == 0;
    }

    int frames() {
        return frames;
    }

    /// {@return bytes so far, those that go first left out}
    int size() {
        ByteBuffer present = buffer;
        return present == null ? 0 : present.position() - HEADROOM;
    }

    /// {@return whether a frame in it cannot wait, as credit, acknowledgements, SYN and FIN can}
    boolean urgent() {
        return urgent;
    }

    void markUrgent() {
        urgent = true;
    }

    void data(int id, byte[] bytes, int offset, int count) {
        ByteBuffer to = reserve(Frames.HEADER_BYTES + count);
        Frames.putHeader(to, FrameType.DATA, Flags.NONE, id, count);
        to.put(bytes, offset, count);
        frames++;
    }

    void add(FrameType type, int flags, int id, int value) {
        Frames.putHeader(reserve(Frames.HEADER_BYTES), type, flags, id, value);
        frames++;
    }

    void addFirst(FrameType type, int flags, int id, int value) {
        if (first.remaining() < Frames.HEADER_BYTES) {
            first = ByteBuffer.allocate(2 * first.capacity()).put(first.flip());
        }
        Frames.putHeader(first, type, flags, id, value);
        frames++;
    }

    private ByteBuffer reserve(int more) {
        ByteBuffer present = buffer;
        int likely = more < LARGE ? 0 : Math.min(HEADROOM + usual, BufferPool.LARGEST);
        if (present == null) {
            present = pool.take(Math.max(HEADROOM + more, likely));
            present.position(HEADROOM);
        } else if (present.remaining() < more) {
            int least = Math.max(present.position() + more, 2 * present.capacity());
            ByteBuffer larger = pool.take(Math.max(least, likely));
            larger.put(present.flip());
            pool.give(present);
            present = larger;
        }
        buffer = present;
        return present;
    }

    /// Takes the frames out, ready to be written. The buffer belongs to the caller, who gives it back to the pool.
    ByteBuffer take() {
        usual = Math.max(size(), usual - usual / 16);
        if (first.position() > HEADROOM) {
            return takeLarge();
        }
        ByteBuffer taken = reserve(0);
        int end = taken.position();
        int start = HEADROOM - first.position();
        first.flip();
        taken.position(start);
        taken.put(first);
        taken.limit(end).position(start);
        clear();
        return taken;
    }

    private ByteBuffer takeLarge() {
        ByteBuffer taken = pool.take(first.position() + size());
        taken.put(first.flip());
        ByteBuffer present = buffer;
        if (present != null) {
            taken.put(present.flip().position(HEADROOM));
            pool.give(present);
        }
        clear();
        return taken.flip();
    }

    private void clear() {
        first = first.capacity() > HEADROOM ? ByteBuffer.allocate(2 * Frames.HEADER_BYTES) : first.clear();
        buffer = null;
        frames = 0;
        urgent = false;
    }

    /// Forgets all frames.
    void drop() {
        if (buffer != null) {
            pool.give(buffer);
        }
        clear();
    }
}
