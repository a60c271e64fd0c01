package dev.proconsul.rpc.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A pool of members that tell each other who is there, as seen by one of them.
///
/// Threads: any.
public interface Gossip extends Membership {
    /// What can be done with the keys that encrypt a pool's gossip.
    enum KeyOperation {
        /// Tells the keys that are there.
        LIST,
        /// Adds a key.
        INSTALL,
        /// Encrypts by this key from now on.
        USE,
        /// Drops a key.
        REMOVE
    }

    /// {@return all members, also those that have failed or left; empty as long as the pool has not been seen}
    Optional<List<Member>> members();

    /// Is told of every change after the call, in order. For threads see [Membership#watch].
    ///
    /// @param listener what to tell
    /// @return ends the subscription; a call that is under way may still arrive
    Subscription watchMembers(Consumer<? super MemberEvent> listener);

    /// Tells an event to all members of the pool.
    ///
    /// @param name    of the event
    /// @param payload what comes with it; a few hundred bytes at most
    /// @throws RpcException         when the event could not be sent, with the reason
    /// @throws InterruptedException when the caller was interrupted; the event may still be sent
    void fire(String name, byte[] payload) throws RpcException, InterruptedException;

    /// Asks all members of the pool to do something with their keys.
    ///
    /// @param operation what to do
    /// @param key       with which key, in base64; empty for [KeyOperation#LIST]
    /// @return what they answered
    /// @throws RpcException         when they could not be asked
    /// @throws InterruptedException when the caller was interrupted; it may still be done
    KeyringReport keyring(KeyOperation operation, String key) throws RpcException, InterruptedException;
}
