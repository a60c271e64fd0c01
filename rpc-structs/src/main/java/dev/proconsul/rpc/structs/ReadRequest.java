package dev.proconsul.rpc.structs;

/// A request that reads.
public interface ReadRequest {
    /// {@return how to read: consistency, blocking, token}
    QueryOptions queryOptions();

    /// {@return the datacenter to ask}
    String datacenter();

    /// {@return this request, read in another way}
    /// @param queryOptions how
    ReadRequest withQueryOptions(QueryOptions queryOptions);
}
