package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import dev.proconsul.rpc.api.ConnectionHandler;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;

/// Turns a TLS client away from a server that has no certificate: reads its ClientHello, answers with the fatal alert
/// `unrecognized_name`, and leaves. What is no TLS handshake gets no answer; silence ends at the read timeout.
///
/// Source: RFC 8446 sections 4, 5.1 and 6.2; Go `crypto/tls`, whose choice of alert this is.
public final class TlsRefusal implements ConnectionHandler {
    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int HANDSHAKE_HEADER = 4;
    /// RFC 8446 section 5.1: a plaintext record carries at most 2^14 bytes.
    private static final int MAX_RECORD = 1 << 14;
    /// Go's limit for one handshake message.
    private static final int MAX_HANDSHAKE = 1 << 16;
    /// Record type alert, TLS 1.2 on the wire, two bytes: fatal (2), unrecognized_name (112).
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    /// Makes the handler; it has no state.
    public TlsRefusal() {}

    @Override
    public void serve(Connection connection) throws IOException {
        if (readClientHello(new DataInputStream(connection.input()))) {
            connection.output().write(UNRECOGNIZED_NAME);
        }
    }

    /// Reads a whole ClientHello, which may be spread over several records.
    private static boolean readClientHello(DataInputStream in) throws IOException {
        try {
            int wanted = HANDSHAKE_HEADER;
            for (int got = 0; got < wanted; ) {
                int length = recordLength(in);
                if (length <= 0) {
                    return false;
                }
                var fragment = in.readNBytes(length);
                if (fragment.length < length) {
                    return false;
                }
                if (got == 0) {
                    wanted = messageLength(fragment);
                }
                got += length;
            }
            return wanted > HANDSHAKE_HEADER;
        } catch (EOFException e) {
            return false; // the peer left before it had said hello
        }
    }

    /// {@return the length of the next record, or -1 when it does not belong to a handshake}
    private static int recordLength(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        int major = in.readUnsignedByte();
        int minor = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        boolean handshake = type == HANDSHAKE_RECORD && major == 3 && minor <= 4 && length <= MAX_RECORD;
        return handshake ? length : -1;
    }

    /// {@return the length of the message that a fragment begins, header included; 0 when it is no ClientHello}
    private static int messageLength(byte[] fragment) {
        if (fragment.length < HANDSHAKE_HEADER || fragment[0] != CLIENT_HELLO) {
            return 0;
        }
        int body = (fragment[1] & 0xff) << 16 | (fragment[2] & 0xff) << 8 | fragment[3] & 0xff;
        return body <= MAX_HANDSHAKE ? HANDSHAKE_HEADER + body : 0;
    }
}
