package dev.proconsul.rpc.transport.tls.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Finds the server name (SNI) in a ClientHello. The JDK's engine would tell it, too, but only names that it likes.
///
/// The name is for logs and never decides anything: one that is not in the first record is not looked for.
///
/// Source: RFC 8446 section 4.1.2, RFC 6066 section 3.
final class ServerNameOf {
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;

    private ServerNameOf() {}

    /// {@return the name; empty when there is none, or what comes is no ClientHello}
    /// @param record a TLS record with its header; not changed
    static Optional<String> clientHello(ByteBuffer record) {
        try {
            var in = record.duplicate();
            skip(in, RecordReader.HEADER);
            if (in.get() != CLIENT_HELLO) {
                return Optional.empty();
            }
            skip(in, 3 + VERSION_AND_RANDOM);
            skip(in, in.get() & 0xff); // session
            skip(in, in.getShort() & 0xffff); // cipher suites
            skip(in, in.get() & 0xff); // compression
            in.getShort(); // length of all extensions
            while (in.hasRemaining()) {
                int type = in.getShort() & 0xffff;
                int length = in.getShort() & 0xffff;
                if (type == SERVER_NAME) {
                    return name(in);
                }
                skip(in, length);
            }
            return Optional.empty();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty(); // the engine will say what is wrong with it
        }
    }

    private static Optional<String> name(ByteBuffer in) {
        in.getShort(); // length of the list, which has one name
        if (in.get() != HOST_NAME) {
            return Optional.empty();
        }
        var name = new byte[in.getShort() & 0xffff];
        in.get(name);
        return Optional.of(new String(name, StandardCharsets.UTF_8));
    }

    private static void skip(ByteBuffer in, int count) {
        in.position(in.position() + count);
    }
}
