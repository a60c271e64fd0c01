import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Asks a server's port for its health by gRPC, with bytes made by hand: this file has nothing but the JDK.
///
/// @param port     where
/// @param patience in milliseconds
record GrpcHealth(InetSocketAddress port, int patience) {
    private static final byte TYPE = 8;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String EMPTY_SETTINGS = "000000040000000000";
    /// DATA on stream 1 with an empty message, which ends the stream.
    private static final String EMPTY_REQUEST = "000005000100000001" + "0000000000";
    /// A message of two bytes: field 1, the status, is 1, SERVING.
    private static final String SERVING = "00000000020801";

    /// {@return whether the server says SERVING}
    boolean serving() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(port, patience);
            socket.setSoTimeout(patience);
            socket.getOutputStream().write(request());
            var heard = new StringBuilder();
            var buffer = new byte[4096];
            for (int count = socket.getInputStream().read(buffer); count >= 0; count = socket.getInputStream().read(buffer)) {
                heard.append(HexFormat.of().formatHex(buffer, 0, count));
                if (heard.indexOf(SERVING) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private static byte[] request() {
        var all = new ByteArrayOutputStream();
        all.write(TYPE);
        all.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(HexFormat.of().parseHex(EMPTY_SETTINGS));
        var fields = new ByteArrayOutputStream();
        field(fields, ":method", "POST");
        field(fields, ":scheme", "http");
        field(fields, ":path", "/grpc.health.v1.Health/Check");
        field(fields, ":authority", "image");
        field(fields, "content-type", "application/grpc");
        field(fields, "te", "trailers");
        all.writeBytes(HexFormat.of().parseHex("0000%02x010400000001".formatted(fields.size())));
        all.writeBytes(fields.toByteArray());
        all.writeBytes(HexFormat.of().parseHex(EMPTY_REQUEST));
        return all.toByteArray();
    }

    /// Literal, not indexed, not compressed: RFC 7541 section 6.2.2.
    private static void field(ByteArrayOutputStream fields, String name, String value) {
        fields.write(0);
        for (var text : new String[] {name, value}) {
            fields.write(text.length());
            fields.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
