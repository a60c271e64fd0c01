package dev.proconsul.rpc.transport.tls.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.TlsIdentity;
import dev.proconsul.rpc.transport.tls.TlsVersion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Drives the JDK's engine over a connection, with blocking reads and writes.
///
/// Threads: one reads and one writes at a time; they may be different. [#handshake] comes first, on one thread.
///
/// Beyond what the engine does by itself: a peer that finishes writing (close_notify) may still be written to, in
/// TLS 1.2 as well; and renegotiation is refused.
final class TlsEngine {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /// How many messages of the protocol itself (key updates) a peer may have answers pending to.
    private static final int MAX_ANSWERS_PENDING = 32;

    private final Connection carrier;
    private final RecordReader records;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean answering = new AtomicBoolean();
    private final AtomicInteger answersPending = new AtomicInteger();
    private volatile boolean readToEnd;
    private boolean finishedWriting; // guarded by writing

    TlsEngine(Connection carrier, RecordReader records, SSLEngine engine) {
        this.carrier = carrier;
        this.records = records;
        this.engine = engine;
    }

    /// Shakes hands. After a failure the peer has been sent the alert, if there was one to send.
    void handshake(Deadline deadline) throws IOException {
        try {
            engine.beginHandshake();
            for (var next = engine.getHandshakeStatus(); next != HandshakeStatus.NOT_HANDSHAKING; ) {
                next = switch (next) {
                    case NEED_TASK -> runTasks();
                    case NEED_WRAP -> wrapAll(NOTHING);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrapOne(deadline);
                    case NOT_HANDSHAKING, FINISHED -> HandshakeStatus.NOT_HANDSHAKING;
                };
            }
        } catch (SSLException e) {
            sendAlert();
            throw Alerts.explained(e);
        }
    }

    private HandshakeStatus unwrapOne(Deadline deadline) throws IOException {
        int length = records.await(deadline);
        if (length == 0) {
            throw new EOFException("the peer left during the TLS handshake");
        }
        var plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        var result = engine.unwrap(records.record(length), plain);
        records.consume(result.bytesConsumed());
        requireProgress(result);
        if (result.getStatus() == Status.CLOSED) {
            throw new EOFException("the peer closed during the TLS handshake");
        }
        return after(result);
    }

    /// The engine says FINISHED once, and goes on from there.
    private HandshakeStatus after(SSLEngineResult result) {
        return result.getHandshakeStatus() == HandshakeStatus.FINISHED
                ? engine.getHandshakeStatus() : result.getHandshakeStatus();
    }

    private HandshakeStatus runTasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private void sendAlert() {
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                wrapAll(NOTHING);
            }
        } catch (IOException e) {
            // The peer is not to be reached; the failure is told anyway.
        }
    }

    /// Reads what the peer wrote.
    ///
    /// @return how many bytes, at least 1, or -1 when the peer has finished writing
    int read(byte[] bytes, int offset, int length, Deadline deadline, Leftover leftover) throws IOException {
        try {
            return readRecords(bytes, offset, length, deadline, leftover);
        } catch (SSLException e) {
            if (writing.tryLock()) {
                try {
                    sendAlert();
                } finally {
                    writing.unlock();
                }
            }
            throw Alerts.explained(e);
        }
    }

    private int readRecords(byte[] bytes, int offset, int length, Deadline deadline, Leftover leftover)
            throws IOException {
        while (!readToEnd) {
            int record = records.await(deadline);
            if (record == 0 || !admits(records.type())) {
                readToEnd = true;
                break;
            }
            var target = length >= record ? ByteBuffer.wrap(bytes, offset, length) : leftover.room(record);
            int before = target.position();
            var result = engine.unwrap(records.record(record), target);
            records.consume(result.bytesConsumed());
            requireProgress(result);
            readToEnd |= result.getStatus() == Status.CLOSED;
            attend(result.getHandshakeStatus());
            int count = target.position() - before;
            if (count > 0) {
                return target.array() == bytes ? count : leftover.take(target, bytes, offset, length);
            }
        }
        return -1;
    }

    /// A whole record and room for all of it: the engine has no reason to ask for more of either, and no loop shall wait
    /// for it to change its mind.
    private static void requireProgress(SSLEngineResult result) throws SSLException {
        boolean wantsMore = result.getStatus() == Status.BUFFER_OVERFLOW || result.getStatus() == Status.BUFFER_UNDERFLOW;
        if (wantsMore) {
            throw new SSLException("a TLS record is not what its header says: " + result.getStatus());
        }
    }

    /// In TLS 1.2 the types of records are in clear. An alert ends what the peer says; the engine shall not see it
    /// before we have finished, because it would finish with it.
    private boolean admits(int recordType) throws SSLException {
        if (engine.getSession().getProtocol().equals(TlsVersion.TLS_1_3.standardName())) {
            return true;
        }
        if (recordType == RecordReader.HANDSHAKE) {
            throw new SSLException("TLS renegotiation is refused");
        }
        return recordType != RecordReader.ALERT;
    }

    /// What the protocol itself wants to be done after the handshake. A reader does not wait for a write: another
    /// thread answers.
    private void attend(HandshakeStatus status) throws SSLException {
        switch (status) {
            case NEED_TASK -> attend(runTasks());
            case NEED_WRAP -> {
                if (answersPending.incrementAndGet() > MAX_ANSWERS_PENDING) {
                    throw new SSLException("the peer renews its keys without end, and reads nothing");
                }
                if (answering.compareAndSet(false, true)) {
                    Thread.ofVirtual().name("tls answer").start(this::answer);
                }
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    private void answer() {
        try {
            answering.set(false);
            write(NOTHING);
            answersPending.set(0);
        } catch (IOException e) {
            carrier.abort();
        }
    }

    /// Writes all of it.
    void write(ByteBuffer plain) throws IOException {
        writing.lock();
        try {
            if (finishedWriting) {
                if (plain.hasRemaining()) {
                    throw new IOException("writing is finished already");
                }
                return;
            }
            wrapAll(plain);
        } finally {
            writing.unlock();
        }
    }

    /// Tells the peer that nothing more comes.
    void finishWriting() throws IOException {
        writing.lock();
        try {
            if (!finishedWriting) {
                finishedWriting = true;
                engine.closeOutbound();
                wrapAll(NOTHING);
            }
        } finally {
            writing.unlock();
        }
    }

    /// {@return whether nobody is writing at this moment, and nothing stands in the way of [#finishWriting]}
    boolean idle() {
        return !writing.isLocked();
    }

    /// Encrypts and sends; as much as a buffer takes goes out in one write.
    private HandshakeStatus wrapAll(ByteBuffer plain) throws IOException {
        var buffer = Buffers.take();
        try {
            var sealed = ByteBuffer.wrap(buffer);
            HandshakeStatus next;
            do {
                if (sealed.remaining() < engine.getSession().getPacketBufferSize()) {
                    send(sealed);
                }
                var result = engine.wrap(plain, sealed);
                next = after(result);
                if (result.getStatus() == Status.CLOSED && plain.hasRemaining()) {
                    throw new IOException("the TLS session is closed for writing");
                }
                if (next == HandshakeStatus.NEED_TASK) {
                    next = runTasks();
                }
                if (result.getStatus() == Status.CLOSED) {
                    break;
                }
            } while (plain.hasRemaining() || next == HandshakeStatus.NEED_WRAP);
            send(sealed);
            return next;
        } finally {
            Buffers.give(buffer);
        }
    }

    private void send(ByteBuffer sealed) throws IOException {
        if (sealed.position() > 0) {
            carrier.output().write(sealed.array(), 0, sealed.position());
            sealed.clear();
        }
    }

    /// {@return what the handshake told; it must be over}
    /// @param serverName whom the client asked for
    TlsIdentity identity(Optional<String> serverName) {
        var alpn = Optional.ofNullable(engine.getApplicationProtocol()).filter(name -> !name.isEmpty());
        return new TlsIdentity(engine.getSession().getProtocol(), alpn, serverName, peerChain());
    }

    private List<X509Certificate> peerChain() {
        try {
            return Arrays.stream(engine.getSession().getPeerCertificates()).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // it showed none, and needed none
        }
    }

    /// Decrypted bytes that the reader had no room for.
    static final class Leftover {
        private ByteBuffer bytes = NOTHING;

        boolean isEmpty() {
            return !bytes.hasRemaining();
        }

        int available() {
            return bytes.remaining();
        }

        private ByteBuffer room(int size) {
            return ByteBuffer.allocate(size);
        }

        private int take(ByteBuffer filled, byte[] into, int offset, int length) {
            bytes = filled.flip();
            return take(into, offset, length);
        }

        int take(byte[] into, int offset, int length) {
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            if (!bytes.hasRemaining()) {
                bytes = NOTHING;
            }
            return count;
        }
    }
}
