package dev.proconsul.rpc.structs;

import java.util.Optional;

/// A type of the replicated log: what a log entry or a snapshot record with its number holds.
///
/// @param number   first byte of the entry or record, 0 to 63; numbers from 64 are for the enterprise edition
/// @param name     Consul's name
/// @param command  what follows the number in a log entry; empty if it is no command of a community server
/// @param snapshot what follows the number in a snapshot; empty if there are no such records
public record LogType(int number, String name, Optional<Payload<?>> command, Optional<Payload<?>> snapshot) {
    /// What follows the number.
    ///
    /// @param <T>      Java type
    /// @param codec    codec of the value
    /// @param protobuf true if the rest of a log entry is a Protobuf message, without any msgpack around it
    public record Payload<T>(Codec<T> codec, boolean protobuf) {}

    /// {@return number and name}
    @Override
    public String toString() {
        return number + " " + name;
    }
}
