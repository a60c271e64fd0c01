package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Requests and answers on one connection, one after the other. For one thread at a time.
///
/// Source: Consul `net-rpc-msgpackrpc`. Neither `Seq` nor `ServiceMethod` of an answer is compared, as there: answers
/// come in the order of requests.
final class Conversation {
    private final Connection connection;
    private final MsgpackReader reader;
    private final MsgpackWriter writer = new MsgpackWriter();
    private boolean used;

    Conversation(Connection connection) {
        this.connection = connection;
        this.reader = new MsgpackReader(connection.input(), DecodeLimits.DEFAULT);
    }

    /// {@return whether an answer has come on this conversation before}
    boolean used() {
        return used;
    }

    /// Sends a request, header and body in one write.
    <Q> void send(long seq, Method<Q, ?> method, Q request) throws IOException {
        writer.reset();
        RequestHeader.CODEC.encode(new RequestHeader(seq, method.name()), writer);
        method.request().encode(request, writer);
        writer.writeTo(connection.output());
    }

    /// Waits for the answer.
    ///
    /// @return the reply, or null when the answer is an error, which is then in `error`
    <R> Answer<R> receive(Method<?, R> method, Duration timeout) throws IOException {
        connection.readTimeout(timeout);
        reader.startMessage();
        var header = ResponseHeader.CODEC.decode(reader);
        used = true;
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
