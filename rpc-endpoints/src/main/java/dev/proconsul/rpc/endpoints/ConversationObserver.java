package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.Connection;

/// Told what happens in conversations, for counters and logs. Methods run on the conversation's thread and must be
/// short.
public interface ConversationObserver {
    /// Hears nothing.
    ConversationObserver NONE = new ConversationObserver() {};

    /// A request has been read and its method begins.
    /// @param method `Service.Method`
    default void begun(String method) {}

    /// A method that had begun is done, and its answer, a reply or an error, has been written (`rpc.request`).
    /// @param method  `Service.Method`
    /// @param nanos   how long the method took, in nanoseconds
    /// @param errored whether the answer is an error, or there is none
    default void ended(String method, long nanos, boolean errored) {}

    /// A conversation ended for another reason than its orderly end (`rpc.request_error`).
    /// @param connection where
    /// @param reason     why
    default void failed(Connection connection, String reason) {}

    /// A method failed by a fault of its own.
    /// @param connection where
    /// @param method     `Service.Method`
    /// @param fault      what went wrong
    default void faulted(Connection connection, String method, Throwable fault) {}
}
