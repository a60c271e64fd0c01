package dev.proconsul.rpc.server.internal.grpc;

import dev.proconsul.rpc.server.internal.LogLimit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// gRPC's transport logs every peer that breaks HTTP/2, with a stack trace. A peer that does so at line rate shall not
/// fill a disk.
final class TransportLog {
    private static final LogLimit LIMIT = new LogLimit(System::nanoTime);

    /// The log manager alone would not keep it, and the filter would go with it.
    private static final Logger TRANSPORT = Logger.getLogger("io.grpc.okhttp.OkHttpServerTransport");

    private TransportLog() {}

    /// Limits the log of the transport, once and for all of this process; a filter that somebody else has set stays.
    static void limit() {
        if (TRANSPORT.getFilter() == null) {
            TRANSPORT.setFilter(TransportLog::pass);
        }
    }

    /// The peer is to blame, and its trace is of no use: it goes with the message.
    private static boolean pass(LogRecord line) {
        if (!LIMIT.pass()) {
            return false;
        }
        var thrown = line.getThrown();
        if (thrown != null) {
            line.setMessage(line.getMessage() + ": " + thrown);
            line.setThrown(null);
        }
        line.setMessage(line.getMessage() + LIMIT.omitted());
        return true;
    }
}
