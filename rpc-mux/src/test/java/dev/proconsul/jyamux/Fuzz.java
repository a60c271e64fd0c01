package dev.proconsul.jyamux;

import dev.proconsul.jyamux.MuxException.SessionClosed;
import dev.proconsul.jyamux.internal.Inside;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the fuzzers run: [FuzzTest] for a few seconds, the profile `fuzz` for as long as it is told, guided by coverage.
/// Whatever comes, a session ends as the protocol says and leaves nothing behind.
public final class Fuzz {
    private static final SessionConfig CONFIG = Settings.QUIET
            .withMaxInboundStreams(16)
            .withAcceptBacklog(4)
            .withAnswersWaiting(64)
            .withDeadStreamBytes(100_000)
            .withLingerTimeout(Duration.ofSeconds(1));

    private Fuzz() {}

    /// The frame decoder alone.
    public static final class Decoder {
        private Decoder() {}

        /// Called by the fuzzer.
        ///
        /// @param input any bytes
        public static void fuzzerTestOneInput(byte[] input) {
            Inside.decodes(input);
        }
    }

    /// A session that is told any bytes.
    public static final class Bytes {
        private Bytes() {}

        /// Called by the fuzzer.
        ///
        /// @param input how the application behaves, then what the peer says
        public static void fuzzerTestOneInput(byte[] input) {
            if (input.length > 1) {
                byte[] said = new byte[input.length - 1];
                System.arraycopy(input, 1, said, 0, said.length);
                session(input[0], said);
            }
        }
    }

    /// A session that is told frames: the fuzzer chooses types, flags, numbers and lengths that matter.
    public static final class Frames {
        private static final int[] LENGTHS = {0, 1, 2, 40, 4_096, 65_536, 131_072, 262_143, 262_144, 262_145,
            Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
        private static final int STEP = 3;

        private Frames() {}

        /// Called by the fuzzer.
        ///
        /// @param input how the application behaves, then three bytes for a frame
        public static void fuzzerTestOneInput(byte[] input) {
            if (input.length == 0) {
                return;
            }
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            for (int at = 1; at + STEP <= input.length && said.size() < 1 << 20; at += STEP) {
                frame(said, input[at] & 0xff, input[at + 1] & 0xff, input[at + 2] & 0xff);
            }
            session(input[0], said.toByteArray());
        }

        private static void frame(ByteArrayOutputStream said, int kind, int id, int size) {
            int type = kind & 3;
            int flags = kind >> 2 & 15;
            int length = LENGTHS[size % LENGTHS.length];
            said.writeBytes(Frame.header(type, flags, id & 31, length));
            boolean whole = (kind & 64) == 0; // or only a part of the body comes
            if (type == Frame.DATA && length > 0 && length <= 262_145) {
                said.writeBytes(new byte[whole ? length : length / 2]);
            }
        }
    }

    /// One session from its start to its end, in a world of its own.
    private static void session(int behaviour, byte[] said) {
        Sim.run(ByteBuffer.wrap(said).hashCode(), sim -> {
            MemoryPipe toSession = new MemoryPipe(1 << 14);
            MemoryPipe fromSession = new MemoryPipe(1 << 14);
            boolean client = (behaviour & 1) != 0;
            Inside inside = new Inside(client, 0, toSession.input, fromSession.output, () -> {
                fromSession.end();
                toSession.close();
            }, CONFIG, sim.clock());
            Session session = inside.session();
            Thread reading = Thread.ofVirtual().start(() -> drain(fromSession));
            List<Thread> users = new CopyOnWriteArrayList<>();
            Thread application = Thread.ofVirtual().start(() -> behave(session, behaviour, users));
            try {
                toSession.output.write(said);
            } catch (IOException e) {
                // the session ended before it had heard everything
            }
            toSession.end();
            reading.join();
            application.join();
            for (Thread user : users) {
                user.join();
            }
            session.close();
            check(inside);
        });
    }

    private static void check(Inside inside) {
        Session session = inside.session();
        must(!session.isOpen(), "the session is open");
        must(inside.threadsEnd(Duration.ofSeconds(10)), "threads are left");
        must(session.openStreams() == 0, "streams are left");
        must(inside.pendingOpens() == 0, "permits are left");
        must(inside.buffersLent() == 0, "buffers are lent");
        try {
            session.accept();
            must(false, "a stream was accepted after the end");
        } catch (SessionClosed end) {
            must(end.code() != 2 || end.origin() == MuxException.Origin.REMOTE, "internal error: " + end);
        } catch (IOException e) {
            must(false, "not the end of a session: " + e);
        }
    }

    private static void must(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void drain(MemoryPipe pipe) {
        try {
            pipe.input.skip(Long.MAX_VALUE);
        } catch (IOException e) {
            // the connection was broken
        }
    }

    private static void behave(Session session, int behaviour, List<Thread> users) {
        try {
            if ((behaviour & 2) != 0) {
                for (int i = 0; i < 3; i++) {
                    Stream stream = session.open();
                    users.add(Thread.ofVirtual().start(() -> use(stream, behaviour)));
                }
            }
            while (true) {
                Stream stream = session.accept();
                users.add(Thread.ofVirtual().start(() -> use(stream, behaviour >> stream.id() % 3)));
            }
        } catch (IOException e) {
            // the session has ended
        }
    }

    private static void use(Stream stream, int behaviour) {
        try (stream) {
            switch (behaviour >> 2 & 7) {
                case 0, 1 -> stream.input().transferTo(stream.output());
                case 2 -> stream.input().readAllBytes();
                case 3 -> stream.output().write(new byte[300_000]);
                case 4 -> stream.reset();
                case 5 -> {
                    stream.stopReading();
                    stream.output().write(new byte[1_000]);
                }
                case 6 -> {
                    stream.finishWriting();
                    stream.input().readAllBytes();
                }
                default -> stream.peek();
            }
        } catch (IOException e) {
            // its end
        }
    }
}
