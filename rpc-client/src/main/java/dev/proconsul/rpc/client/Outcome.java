package dev.proconsul.rpc.client;

/// What became of one call of many.
///
/// @param <R> reply
public sealed interface Outcome<R> {
    /// {@return the reply}
    /// @throws CallException when there is none
    R get() throws CallException;

    /// The call was answered.
    /// @param reply what the server said
    /// @param <R>   reply
    record Reply<R>(R reply) implements Outcome<R> {
        @Override
        public R get() {
            return reply;
        }
    }

    /// The call failed.
    /// @param cause why; its type says what the server can have done
    /// @param <R>   reply
    record Failure<R>(CallException cause) implements Outcome<R> {
        @Override
        public R get() throws CallException {
            throw cause;
        }
    }
}
