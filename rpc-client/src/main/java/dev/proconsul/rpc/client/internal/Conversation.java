package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests and answers on one connection, one after the other. For one thread at a time; [#abort] and [#overdue] from
/// any.
///
/// Source: Consul `net-rpc-msgpackrpc`. Neither `Seq` nor `ServiceMethod` of an answer is compared, as there: answers
/// come in the order of requests.
final class Conversation {
    /// An answer that may take longer is waited for without buffers: thousands of blocking queries wait at once.
    private static final Duration LONG = Duration.ofSeconds(90);

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Connection connection;
    private final Carrier carrier;
    private final Ends ends;
    private final DeadlineInput input;
    private final MsgpackReader reader;
    private final MsgpackWriter writer = new MsgpackWriter();
    private volatile @Nullable Deadline deadline;
    private boolean answerBegun;
    private boolean answered;

    /// What a connection knows beyond [Connection].
    /// @param peerEnded    whether the peer has ended its side, as far as that shows without reading
    /// @param writeTimeout limits how long a write waits
    /// @param timely       whether a limit takes effect on a read that waits
    record Ends(BooleanSupplier peerEnded, Consumer<Duration> writeTimeout, boolean timely) {
        /// A connection that shows its end only when it is read, and whose writes wait for as long as they must.
        static final Ends UNKNOWN = new Ends(() -> false, _ -> {}, false);
    }

    /// @param connection where nothing has been said yet
    /// @param carrier    what carries it
    /// @param ends       what it knows
    Conversation(Connection connection, Carrier carrier, Ends ends) {
        this.connection = connection;
        this.carrier = carrier;
        this.ends = ends;
        this.input = new DeadlineInput(connection, ends.timely());
        this.reader = new MsgpackReader(input, DecodeLimits.DEFAULT);
    }

    /// {@return what carries it}
    Carrier carrier() {
        return carrier;
    }

    /// {@return whether anything of the answer to the last request has come}
    boolean answerBegun() {
        return answerBegun;
    }

    /// {@return whether it has had an answer before the present call}
    boolean answered() {
        return answered;
    }

    /// {@return whether a further call can be made: what carries it is alive, neither end has been closed, and nothing
    /// came unasked}
    boolean reusable() {
        return carrier.alive() && quiet();
    }

    /// {@return the same, but for what carries it}
    boolean quiet() {
        return !ends.peerEnded().getAsBoolean() && input.count() == reader.position();
    }

    /// Once a second, while a call is on: sees to its deadline.
    void tick() {
        try {
            input.arm();
        } catch (IOException e) {
            connection.abort(); // it has failed, and whoever reads it learns why
        }
    }

    /// {@return whether a call should long be over, but still occupies the thread that makes it}
    boolean overdue() {
        var present = deadline;
        return present != null && present.left().plus(GRACE).isNegative();
    }

    /// Sends a request, header and body in one write.
    ///
    /// @throws IOException when the server cannot have the whole request
    void send(long seq, Exchange<?> exchange, Deadline newDeadline) throws IOException {
        answerBegun = false;
        deadline = newDeadline;
        ends.writeTimeout().accept(newDeadline.leftFor("the connection"));
        try {
            exchange.write(seq, writer, connection.output());
        } finally {
            writer.reset(); // now, so that an idle conversation does not hold a big value
        }
    }

    /// Waits for the answer, until the deadline given to [#send].
    <R> Answer<R> receive(Exchange<R> exchange, Deadline until) throws IOException {
        input.start(until, exchange.wantsBytes());
        if (until.left().compareTo(LONG) > 0) {
            reader.rest();
            writer.rest();
            input.awaitByte();
        }
        if (reader.atEnd()) {
            throw new EOFException("the server ended the conversation without an answer");
        }
        answerBegun = true;
        reader.startMessage(DecodeLimits.HEADER);
        var header = ResponseHeader.CODEC.decode(reader);
        reader.startMessage();
        Answer<R> answer;
        if (header.error().isEmpty()) {
            answer = new Answer<>(exchange.read(reader, input), "");
        } else {
            reader.skipValue();
            answer = new Answer<>(null, header.error());
        }
        input.stop();
        deadline = null;
        answered = true;
        return answer;
    }

    void abort() {
        deadline = null;
        connection.abort();
    }

    void close() throws IOException {
        connection.close();
    }

    /// What the server said.
    /// @param reply null when the server refused
    /// @param error empty when it did not
    record Answer<R>(@Nullable R reply, String error) {}
}
