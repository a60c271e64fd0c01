package dev.proconsul.rpc.client.internal.view;

import java.util.List;

/// A value that is made of changes. For one thread at a time.
///
/// @param <T> the value
public interface View<T> {
    /// Forgets everything.
    void reset();

    /// Takes changes in, in their order.
    /// @param changes what has happened
    /// @throws UnexpectedEvent when one cannot be; the view is to be reset then
    void update(List<ViewEvent.Change> changes) throws UnexpectedEvent;

    /// {@return what the changes amount to; immutable}
    T value();
}
