package dev.proconsul.rpc.client.internal.serf;

import dev.proconsul.rpc.client.SerfConfig;
import dev.proconsul.rpc.structs.DecodeException;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection to the RPC port of a Serf agent: commands, each with its answer, and a stream of events among them.
///
/// Threads: any may call. One thread of the connection reads; it completes calls and fills the queue of events, and
/// never waits for anything but bytes. `writing` is held while a command is written, `lock` for a few field accesses.
final class SerfConnection implements AutoCloseable {
    /// Calls that may wait for their answers at one time.
    static final int MAX_CALLS = 256;
    /// Events that may wait to be taken in at one time.
    static final int MAX_EVENTS = 1024;
    /// The one answer that never has a body, whatever was asked.
    private static final String AUTH_REQUIRED = "Authentication required";

    private final Socket socket;
    private final OutputStream out;
    private final EventQueue events = new EventQueue(MAX_EVENTS);
    private final ReentrantLock writing = new ReentrantLock();
    private final MsgpackWriter writer = new MsgpackWriter(); // guarded by writing
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<Long, Call<?>> calls = new HashMap<>();
    private long sequence;
    private long stream = -1;
    private @Nullable IOException ended; // why, which is the first reason that there was

    private SerfConnection(Socket socket) throws IOException {
        this.socket = socket;
        out = socket.getOutputStream();
    }

    /// A command that waits for its answer.
    private record Call<T>(SerfCommand<T> command, CompletableFuture<T> answer) {
        void answer(SerfReplies.Header header, MsgpackReader in) throws IOException {
            var error = header.error();
            if (error.isEmpty() || command.answersWithErrors() && !error.equals(AUTH_REQUIRED)) {
                answer.complete(command.reply().read(in, error));
            } else {
                answer.completeExceptionally(new SerfRefusal(error));
            }
        }
    }

    /// Connects, and says who calls.
    ///
    /// @throws IOException          when there is no agent, or something else than one
    /// @throws SerfRefusal          when the agent refuses the version or the key
    /// @throws InterruptedException when the caller was interrupted
    static SerfConnection open(SerfConfig config) throws IOException, SerfRefusal, InterruptedException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(resolved(config.agent()), (int) Math.min(config.callTimeout().toMillis(), 1 << 30));
            var connection = new SerfConnection(socket);
            Thread.ofVirtual().name("serf-reader").start(connection::read);
            connection.call(SerfCommand.handshake(), config.callTimeout());
            if (config.authKey().isPresent()) {
                connection.call(SerfCommand.auth(config.authKey().get()), config.callTimeout());
            }
            return connection;
        } catch (IOException | SerfRefusal | InterruptedException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static InetSocketAddress resolved(InetSocketAddress address) throws IOException {
        return address.isUnresolved()
                ? new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort()) : address;
    }

    EventQueue events() {
        return events;
    }

    /// Begins the stream of events.
    void stream(Duration timeout) throws IOException, SerfRefusal, InterruptedException {
        call(SerfCommand.stream(), timeout);
    }

    /// Has the agent do something. An agent that does not answer in time loses the connection.
    ///
    /// @throws IOException          when the connection is lost; the command may have been done
    /// @throws SerfRefusal          when the agent says that it did not
    /// @throws InterruptedException when the caller was interrupted; the command may be done
    <T> T call(SerfCommand<T> command, Duration timeout) throws IOException, SerfRefusal, InterruptedException {
        var call = new Call<>(command, new CompletableFuture<T>());
        long number = register(call);
        try {
            send(command, number);
            return call.answer().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            var late = new SocketTimeoutException("no answer to " + command.name() + " within " + timeout.toMillis()
                    + " ms");
            end(late);
            throw late;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SerfRefusal refusal -> throw refusal;
                case IOException lost -> throw new IOException(lost.getMessage(), lost);
                case null, default -> throw new IllegalStateException(e);
            }
        }
        // An abandoned call stays registered: its answer must be read, whoever wants it.
    }

    private long register(Call<?> call) throws IOException {
        lock.lock();
        try {
            if (ended != null) {
                throw new IOException(ended.getMessage(), ended);
            } else if (calls.size() >= MAX_CALLS) {
                throw new IOException(MAX_CALLS + " calls wait for the Serf agent already");
            }
            long number = sequence++;
            calls.put(number, call);
            if (call.command().name().equals("stream")) {
                stream = number; // events have the number of the command that asked for them
            }
            return number;
        } finally {
            lock.unlock();
        }
    }

    private void send(SerfCommand<?> command, long number) throws IOException, InterruptedException {
        writing.lockInterruptibly();
        try {
            writer.reset();
            command.writeTo(writer, number);
            writer.writeTo(out);
            out.flush();
        } catch (IOException e) {
            var reason = end(e);
            throw new IOException(reason.getMessage(), reason);
        } finally {
            writer.reset(); // it may have held the key
            writing.unlock();
        }
    }

    private void read() {
        try {
            var in = new MsgpackReader(socket.getInputStream(), SerfReplies.LIMITS);
            while (!in.atEnd()) {
                in.startMessage();
                readMessage(in);
            }
            end(new EOFException("it has closed the connection"));
        } catch (DecodeException e) {
            end(new IOException("it sends what no Serf agent sends: " + e.getMessage(), e));
        } catch (IOException | RuntimeException e) {
            end(e instanceof IOException io ? io : new IOException(e));
        }
    }

    private void readMessage(MsgpackReader in) throws IOException {
        var header = SerfReplies.header(in);
        Call<?> call;
        boolean event;
        lock.lock();
        try {
            call = calls.remove(header.sequence());
            event = call == null && header.sequence() == stream;
        } finally {
            lock.unlock();
        }
        if (call != null) {
            try {
                call.answer(header, in);
            } catch (IOException e) {
                call.answer().completeExceptionally(e);
                throw e;
            }
        } else if (event) {
            events.add(SerfReplies.event(in));
        } else {
            throw new DecodeException("an answer to command " + header.sequence() + ", which waits for none");
        }
    }

    /// {@return why the connection has ended, which may be another reason than the present one}
    private IOException end(IOException cause) {
        IOException first;
        Map<Long, Call<?>> open;
        lock.lock();
        try {
            first = ended == null ? cause : ended;
            ended = first;
            open = new HashMap<>(calls);
            calls.clear();
        } finally {
            lock.unlock();
        }
        open.values().forEach(call -> call.answer().completeExceptionally(first));
        events.end(first);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
        return first;
    }

    @Override
    public void close() {
        end(new IOException("connection closed"));
    }
}
