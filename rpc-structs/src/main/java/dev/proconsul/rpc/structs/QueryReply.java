package dev.proconsul.rpc.structs;

/// A reply to a [ReadRequest].
///
/// @param <R> the reply type itself
public interface QueryReply<R> {
    /// {@return where the reply stands: index, leader contact}
    QueryMeta queryMeta();

    /// {@return this reply with other metadata}
    ///
    /// @param queryMeta the metadata
    R withQueryMeta(QueryMeta queryMeta);
}
