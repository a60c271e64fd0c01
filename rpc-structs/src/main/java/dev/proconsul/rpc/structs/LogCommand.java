package dev.proconsul.rpc.structs;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// A command of the replicated log.
///
/// @param type      what it does
/// @param ignorable servers that do not know the type may ignore it; the others must not
/// @param payload   value of the type's command; [Bytes] for a Protobuf message
public record LogCommand(LogType type, boolean ignorable, Object payload) {

    /// Reads the data of a log entry.
    ///
    /// @param data   one byte with the number of the type, then the payload
    /// @param limits what the entry may ask for
    /// @return the command; empty if its type is not known, but may be ignored
    /// @throws DecodeException      if the type is not known or is no command, or the payload is no value of its type
    /// @throws java.io.EOFException if the data ends too early
    /// @throws IOException          never for another reason
    public static Optional<LogCommand> decode(Bytes data, DecodeLimits limits) throws IOException {
        MsgpackReader in = MsgpackReader.of(data.unwrap(), limits);
        int first = in.readByte();
        boolean ignorable = (first & LogTypes.IGNORABLE) != 0;
        int number = first & ~LogTypes.IGNORABLE;
        Optional<LogType> type = LogTypes.numbered(number);
        if (type.isEmpty() && ignorable) {
            return Optional.empty();
        }
        LogType.Payload<?> command = type.flatMap(LogType::command).orElseThrow(() -> new DecodeException(
                "log entry of type " + type.map(LogType::toString).orElse("" + number) + ", which is no command"));
        Object payload = command.protobuf()
                ? Bytes.wrap(Arrays.copyOfRange(data.unwrap(), 1, data.length())) : command.codec().decode(in);
        return Optional.of(new LogCommand(type.orElseThrow(), ignorable, payload));
    }

    /// {@return the data of a log entry}
    ///
    /// @throws IllegalArgumentException if the type is no command
    /// @throws ClassCastException       if the payload is of another type
    public Bytes encode() {
        LogType.Payload<?> command = type.command().orElseThrow(() ->
                new IllegalArgumentException("type " + type + " is no command"));
        MsgpackWriter out = new MsgpackWriter();
        out.writeEncoded(new byte[] {(byte) (type.number() | (ignorable ? LogTypes.IGNORABLE : 0))});
        if (command.protobuf()) {
            out.writeEncoded(((Bytes) payload).unwrap());
        } else {
            write(command.codec(), out);
        }
        return Bytes.wrap(out.toByteArray());
    }

    @SuppressWarnings("unchecked") // a payload of another type ends in the promised ClassCastException
    private <T> void write(Codec<T> codec, MsgpackWriter out) {
        codec.encode((T) payload, out);
    }
}
