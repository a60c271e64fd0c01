package dev.proconsul.rpc.bench;

/// What a caller does again and again. For one thread.
@FunctionalInterface
interface Operation {
    /// Does it once, and checks what came back.
    void run() throws Exception;

    /// Ends it, within the time that is measured.
    default void finish() throws Exception {}

    /// {@return whether it is only there to make load: it is counted apart, and how long it takes does not matter}
    default boolean isBeside() {
        return false;
    }

    /// Makes the operation of one caller.
    @FunctionalInterface
    interface Source {
        /// {@return an operation for one more caller}
        /// @param caller 0, 1, and so on
        Operation next(int caller) throws Exception;
    }
}
