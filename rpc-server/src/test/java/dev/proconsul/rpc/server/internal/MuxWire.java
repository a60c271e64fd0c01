package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// The client end of a yamux session, frame by frame: it does nothing that the test does not ask for. One thread.
final class MuxWire implements AutoCloseable {
    /// What has come on one stream.
    static final class Seen {
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private boolean acknowledged;
        private boolean finished;
        private boolean reset;
        private long credit;

        boolean acknowledged() {
            return acknowledged;
        }

        boolean finished() {
            return finished;
        }

        boolean reset() {
            return reset;
        }

        long credit() {
            return credit;
        }

        byte[] data() {
            return data.toByteArray();
        }

        int length() {
            return data.size();
        }
    }

    private final Wire wire;
    private final Map<Integer, Seen> streams = new HashMap<>();
    private final List<Frame> frames = new ArrayList<>();

    MuxWire(Wire wire) throws IOException {
        this.wire = wire;
        wire.send("04");
    }

    Wire wire() {
        return wire;
    }

    MuxWire send(Frame... out) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var frame : out) {
            bytes.writeBytes(frame.bytes());
        }
        wire.send(bytes.toByteArray());
        return this;
    }

    /// Opens a stream and sends a request on it, as Consul's client does.
    MuxWire open(int id, byte[] request) throws IOException {
        return send(Frame.window(Frame.SYN, id), Frame.data(0, id, request));
    }

    Seen stream(int id) {
        return streams.computeIfAbsent(id, _ -> new Seen());
    }

    /// Every frame received so far, in order.
    List<Frame> frames() {
        return frames;
    }

    Frame next() throws IOException {
        var frame = Frame.read(wire);
        frames.add(frame);
        if (frame.type() == Frame.DATA || frame.type() == Frame.WINDOW) {
            var stream = stream(frame.id());
            stream.data.writeBytes(frame.data());
            stream.acknowledged |= frame.has(Frame.ACK);
            stream.finished |= frame.has(Frame.FIN);
            stream.reset |= frame.has(Frame.RST);
            stream.credit += frame.type() == Frame.WINDOW ? frame.length() : 0;
        }
        return frame;
    }

    /// Reads frames until something is so.
    MuxWire until(BooleanSupplier condition) throws IOException {
        while (!condition.getAsBoolean()) {
            next();
        }
        return this;
    }

    /// All data of a stream, from its beginning on.
    MuxWire expect(int id, byte[] data) throws IOException {
        until(() -> stream(id).length() >= data.length);
        assertEquals(Wire.HEX.formatHex(data), Wire.HEX.formatHex(stream(id).data()));
        return this;
    }

    MuxWire expectFinish(int id) throws IOException {
        return until(() -> stream(id).finished());
    }

    /// A frame comes, whatever comes before it.
    void expectFrame(Frame frame) throws IOException {
        var got = next();
        while (!got.toString().equals(frame.toString())) {
            got = next();
        }
        assertArrayEquals(frame.data(), got.data());
    }

    /// The session lives: it answers a ping.
    MuxWire expectAlive() throws IOException {
        send(Frame.ping(Frame.SYN, 0, 0x5eed));
        expectFrame(Frame.ping(Frame.ACK, 0, 0x5eed));
        return this;
    }

    /// The connection ends; a go-away frame may come before, and nothing else.
    void expectEnd() throws IOException {
        var rest = wire.readToEnd();
        for (int at = 0; at < rest.length; at += 12) {
            assertTrue(rest.length - at >= 12, () -> "half a frame: " + Wire.HEX.formatHex(rest));
            if (rest[at + 1] != Frame.GO_AWAY) {
                fail("expected the end, got " + Wire.HEX.formatHex(rest));
            }
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
