package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Requests and answers on one connection, one after the other. For one thread at a time; [#abort] from any.
///
/// Source: Consul `net-rpc-msgpackrpc`. Neither `Seq` nor `ServiceMethod` of an answer is compared, as there: answers
/// come in the order of requests.
final class Conversation {
    private final Connection connection;
    private final BooleanSupplier carried;
    private final DeadlineInput input;
    private final MsgpackReader reader;
    private final MsgpackWriter writer = new MsgpackWriter();
    private boolean answerBegun;

    /// @param connection where nothing has been said yet
    /// @param carried    whether what carries the connection takes further calls
    Conversation(Connection connection, BooleanSupplier carried) {
        this.connection = connection;
        this.carried = carried;
        this.input = new DeadlineInput(connection, System::nanoTime);
        this.reader = new MsgpackReader(input, DecodeLimits.DEFAULT);
    }

    /// {@return whether anything of the answer to the last request has come}
    boolean answerBegun() {
        return answerBegun;
    }

    boolean reusable() {
        return carried.getAsBoolean();
    }

    /// Sends a request, header and body in one write.
    ///
    /// @throws IOException when the server cannot have the whole request
    <Q> void send(long seq, Method<Q, ?> method, Q request) throws IOException {
        answerBegun = false;
        RequestHeader.CODEC.encode(new RequestHeader(seq, method.name()), writer);
        method.request().encode(request, writer);
        writer.writeTo(connection.output());
        writer.reset(); // now, so that an idle conversation does not hold a big value
    }

    /// Waits for the answer.
    ///
    /// @param timeout for the whole of it
    /// @return the reply or the error
    <R> Answer<R> receive(Method<?, R> method, Duration timeout) throws IOException {
        input.startClock(timeout);
        if (reader.atEnd()) {
            throw new EOFException("the server ended the conversation without an answer");
        }
        answerBegun = true;
        reader.startMessage(DecodeLimits.HEADER);
        var header = ResponseHeader.CODEC.decode(reader);
        reader.startMessage();
        if (!header.error().isEmpty()) {
            reader.skipValue();
            return new Answer<>(null, header.error());
        }
        return new Answer<>(method.reply().decode(reader), "");
    }

    void abort() {
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
