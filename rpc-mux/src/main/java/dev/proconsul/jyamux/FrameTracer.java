package dev.proconsul.jyamux;

import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Prints a session's dialogue, a line for each frame:
///
/// ```
///     0.412 ms  > WINDOW_UPDATE stream 1 SYN credit 0
///     0.420 ms  > DATA stream 1 128 bytes
///     0.731 ms  < WINDOW_UPDATE stream 1 ACK credit 0
///     0.802 ms  < DATA stream 1 64 bytes
/// ```
///
/// `>` is what this side is about to write, in the order of the wire, `<` what it has read, `=` what else happened.
/// For finding out what two sides say to each other; it slows a busy session down. Payload is never shown.
///
/// Threads: lines come from several threads, one at a time. The receiver must be quick.
public final class FrameTracer implements SessionObserver {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Consumer<String> lines;
    private final LongSupplier nanos;
    private final long start;

    /// Traces with the machine's clock.
    ///
    /// @param lines takes each line, without a line break
    public FrameTracer(Consumer<String> lines) {
        this(lines, System::nanoTime);
    }

    /// Traces with another clock.
    ///
    /// @param lines takes each line, without a line break
    /// @param nanos gives the time in nanoseconds since whenever
    public FrameTracer(Consumer<String> lines, LongSupplier nanos) {
        this.lines = lines;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    @Override
    public boolean tracesFrames() {
        return true;
    }

    @Override
    public void frameReceived(FrameType type, int flags, int stream, long length) {
        print('<', frame(type, flags, stream, length));
    }

    @Override
    public void frameSent(FrameType type, int flags, int stream, long length) {
        print('>', frame(type, flags, stream, length));
    }

    private static String frame(FrameType type, int flags, int stream, long length) {
        StringJoiner words = new StringJoiner(" ").add(type.name());
        if (type == FrameType.DATA || type == FrameType.WINDOW_UPDATE || stream != 0) {
            words.add("stream " + Integer.toUnsignedString(stream));
        }
        words.add(flags(flags));
        words.add(switch (type) {
            case DATA -> length + " bytes";
            case WINDOW_UPDATE -> ((flags & RST) == 0 ? "credit " : "code ") + length;
            case PING -> "number " + length;
            case GO_AWAY -> "code " + length;
        });
        return words.toString().replace("  ", " ");
    }

    private static final int RST = 8;
    private static final String[] FLAGS = {"SYN", "ACK", "FIN", "RST"};

    private static String flags(int flags) {
        StringJoiner names = new StringJoiner("+");
        for (int bit = 0; bit < FLAGS.length; bit++) {
            if ((flags & 1 << bit) != 0) {
                names.add(FLAGS[bit]);
            }
        }
        int unknown = flags >>> FLAGS.length << FLAGS.length;
        if (unknown != 0) {
            names.add("0x" + Integer.toHexString(unknown));
        }
        return names.toString();
    }

    @Override
    public void streamRefused(int stream) {
        print('=', "stream " + Integer.toUnsignedString(stream) + " refused");
    }

    @Override
    public void streamForgotten(int stream) {
        print('=', "stream " + Integer.toUnsignedString(stream) + " forgotten");
    }

    @Override
    public void stalled(int stream, Duration time) {
        print('=', "a write on stream " + Integer.toUnsignedString(stream) + " waited " + millis(time.toNanos()));
    }

    @Override
    public void windowChanged(int stream, int bytes) {
        print('=', "window of stream " + Integer.toUnsignedString(stream) + " now " + bytes + " bytes");
    }

    @Override
    public void roundTrip(Duration time) {
        print('=', "round trip " + millis(time.toNanos()));
    }

    @Override
    public void ended(MuxException.SessionClosed reason) {
        print('=', "session ended: " + reason.getMessage());
    }

    private synchronized void print(char direction, String what) {
        lines.accept(String.format(Locale.ROOT, "%13s  %c %s", millis(nanos.getAsLong() - start), direction, what));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
