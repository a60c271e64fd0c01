package dev.proconsul.rpc.endpoints.internal.subscribe;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// Messages that are bytes already: an event is encoded once, for all who get it.
enum EncodedMessages implements Marshaller<byte[]> {
    /// The only one.
    MARSHALLER;

    @Override
    public InputStream stream(byte[] message) {
        return new Encoded(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Goes to gRPC in one piece.
    private static final class Encoded extends ByteArrayInputStream implements KnownLength, Drainable {
        Encoded(byte[] message) {
            super(message);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            int length = available();
            transferTo(target);
            return length;
        }
    }
}
