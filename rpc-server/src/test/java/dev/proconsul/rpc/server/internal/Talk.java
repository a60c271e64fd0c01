package dev.proconsul.rpc.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Empty;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.ResponseHeader;
import java.io.IOException;

/// One net/rpc conversation over byte 0, with typed requests and replies.
final class Talk implements AutoCloseable {
    private final Wire wire;
    private final MsgpackReader reader;
    private long seq;

    Talk(Wire wire) throws IOException {
        this.wire = wire;
        this.reader = new MsgpackReader(wire.input(), DecodeLimits.DEFAULT);
        wire.send("00");
    }

    Wire wire() {
        return wire;
    }

    <Q> Talk send(Method<Q, ?> method, Q request) throws IOException {
        wire.send(Requests.of(++seq, method, request));
        return this;
    }

    /// The answer to the last request sent, which must be a reply.
    <R> R receive(Method<?, R> method) throws IOException {
        assertEquals(new ResponseHeader("", seq, method.name()), header());
        reader.startMessage();
        return method.reply().decode(reader);
    }

    <Q, R> R call(Method<Q, R> method, Q request) throws IOException {
        return send(method, request).receive(method);
    }

    /// The answer must be an error.
    ///
    /// @return its text
    <Q> String refused(Method<Q, ?> method, Q request) throws IOException {
        return send(method, request).refusal(method.name());
    }

    String refusal(String method) throws IOException {
        var header = header();
        assertEquals(seq, header.seq());
        assertEquals(method, header.serviceMethod());
        assertNotEquals("", header.error());
        reader.startMessage();
        Empty.CODEC.decode(reader);
        return header.error();
    }

    private ResponseHeader header() throws IOException {
        reader.startMessage();
        return ResponseHeader.CODEC.decode(reader);
    }

    Talk sendRaw(String method, String bodyHex) throws IOException {
        wire.send(Requests.named(++seq, method, bodyHex));
        return this;
    }

    void expectEnd() throws IOException {
        assertTrue(reader.atEnd(), "the server left the conversation open");
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
