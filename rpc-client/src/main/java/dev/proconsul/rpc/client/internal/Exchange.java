package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import dev.proconsul.rpc.structs.RequestHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// A question, and how to read its answer.
///
/// @param <R> answer
public sealed interface Exchange<R> {
    /// {@return full name of the method}
    String method();

    /// {@return whether asking twice does no harm}
    boolean repeatable();

    /// Hands over header and body in one write.
    void write(long seq, MsgpackWriter writer, OutputStream out) throws IOException;

    /// {@return whether [#read] wants the bytes of the answer}
    boolean wantsBytes();

    /// {@return the answer, whose header has been read}
    R read(MsgpackReader reader, DeadlineInput input) throws IOException;

    /// A question of a known type.
    /// @param descriptor the method
    /// @param request    the question
    /// @param <Q>        question
    /// @param <R>        answer
    record Typed<Q, R>(Method<Q, R> descriptor, Q request) implements Exchange<R> {
        @Override
        public String method() {
            return descriptor.name();
        }

        @Override
        public boolean repeatable() {
            return descriptor.access() == Method.Access.READ;
        }

        @Override
        public void write(long seq, MsgpackWriter writer, OutputStream out) throws IOException {
            RequestHeader.CODEC.encode(new RequestHeader(seq, descriptor.name()), writer);
            descriptor.request().encode(request, writer);
            writer.writeTo(out);
        }

        @Override
        public boolean wantsBytes() {
            return false;
        }

        @Override
        public R read(MsgpackReader reader, DeadlineInput input) throws IOException {
            return descriptor.reply().decode(reader);
        }
    }

    /// A question and an answer that nobody decodes.
    /// @param method full name
    /// @param body   one value in wire form; not copied
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Raw(String method, byte[] body) implements Exchange<byte[]> {
        /// A method that nobody knows may write.
        @Override
        public boolean repeatable() {
            return Methods.named(method).filter(known -> known.access() == Method.Access.READ).isPresent();
        }

        @Override
        public void write(long seq, MsgpackWriter writer, OutputStream out) throws IOException {
            RequestHeader.CODEC.encode(new RequestHeader(seq, method), writer);
            var whole = Arrays.copyOf(writer.toByteArray(), writer.size() + body.length);
            System.arraycopy(body, 0, whole, writer.size(), body.length);
            out.write(whole);
        }

        @Override
        public boolean wantsBytes() {
            return true;
        }

        @Override
        public byte[] read(MsgpackReader reader, DeadlineInput input) throws IOException {
            long from = reader.position();
            reader.skipValue();
            return input.recorded(from, reader.position());
        }
    }
}
