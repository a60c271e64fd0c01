package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Codec;

/// One type of the commands in the log: its number, its form, and what it does.
///
/// @param number    first byte of its log entries, 0 to 127
/// @param ignorable whether a server that does not know the type may step over it
/// @param codec     form of the payload
/// @param effect    what it does
/// @param <P>       payload
public record CommandType<P>(int number, boolean ignorable, Codec<P> codec, Effect<P> effect) {
    /// In the first byte of an entry that servers may ignore.
    static final int IGNORABLE = 128;

    /// What a command does. It looks at the state and at the payload only, so that all servers come to the same
    /// version.
    /// @param <P> payload
    @FunctionalInterface
    public interface Effect<P> {
        /// Changes the state.
        /// @param transaction what to change
        /// @param payload     what the command says
        /// @return what the sender of the command gets; [Nothing] for nothing
        /// @throws RpcException when the command is refused, and then nothing has changed
        Object apply(Transaction transaction, P payload) throws RpcException;
    }

    /// Describes a type that every server must know.
    /// @param number first byte of its log entries
    /// @param codec  form of the payload
    /// @param effect what it does
    /// @param <P>    payload
    /// @return the type
    public static <P> CommandType<P> of(int number, Codec<P> codec, Effect<P> effect) {
        return new CommandType<>(number, false, codec, effect);
    }

    /// {@return this type, but one that servers may step over}
    public CommandType<P> canBeIgnored() {
        return new CommandType<>(number, true, codec, effect);
    }

    /// {@return a command}
    /// @param payload what it says
    public StateCommand<P> with(P payload) {
        return new StateCommand<>(this, payload);
    }
}
