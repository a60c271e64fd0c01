package dev.proconsul.rpc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What a server does with a conversation. The Go side has the same.
@FunctionalInterface
interface Handler {
    /// Size of a message.
    int MESSAGE_BYTES = 128;
    /// Size of a write of the bulk scenarios.
    int BLOCK_BYTES = 65_536;

    /// Serves until the end.
    void handle(Wire.Talk talk) throws IOException;

    /// Sends every message back, until the caller ends.
    static void echo(Wire.Talk talk) throws IOException {
        try (talk) {
            var in = talk.input();
            var out = talk.output();
            var message = new byte[MESSAGE_BYTES];
            while (in.readNBytes(message, 0, MESSAGE_BYTES) == MESSAGE_BYTES) {
                out.write(message);
            }
        }
    }

    /// Sends one message back and ends.
    static void echoOnce(Wire.Talk talk) throws IOException {
        try (talk) {
            var message = new byte[MESSAGE_BYTES];
            if (talk.input().readNBytes(message, 0, MESSAGE_BYTES) == MESSAGE_BYTES) {
                talk.output().write(message);
            }
        }
    }

    /// Swallows if the first byte is not 0, and echoes otherwise.
    static void either(Wire.Talk talk) throws IOException {
        if (talk.input().read() > 0) {
            swallow(talk);
        } else {
            echo(talk);
        }
    }

    /// Reads to the end and answers with how much there was.
    static void swallow(Wire.Talk talk) throws IOException {
        try (talk) {
            talk.output().write(ByteBuffer.allocate(Long.BYTES).putLong(talk.swallow()).array());
        }
    }
}
