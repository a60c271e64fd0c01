package dev.proconsul.rpc.client.internal;

import java.io.IOException;
import java.util.Optional;

/// Where fresh conversations come from.
interface Dialed extends AutoCloseable {
    /// {@return a conversation in which nothing has been said yet, and whose call has begun}
    /// @param until how long to wait
    /// @throws IOException          when there is none to be had; the message names the server
    /// @throws InterruptedException when the caller was interrupted
    Conversation open(Deadline until) throws IOException, InterruptedException;

    /// Makes sure that the server can be reached.
    /// @param until how long to wait
    /// @return a conversation, if that took one
    /// @throws IOException          when it cannot; the message names the server
    /// @throws InterruptedException when the caller was interrupted
    Optional<Conversation> warmUp(Deadline until) throws IOException, InterruptedException;

    /// Once a second: lets go of what has ended meanwhile.
    void tick();

    /// Closes what conversations share; from now on [#open] fails, also where it waits.
    @Override
    void close();
}
