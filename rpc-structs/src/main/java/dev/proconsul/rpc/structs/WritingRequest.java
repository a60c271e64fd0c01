package dev.proconsul.rpc.structs;

/// A request that writes.
public interface WritingRequest {
    /// {@return who writes}
    WriteRequest writeRequest();

    /// {@return the datacenter to write to}
    String datacenter();

    /// {@return this request from another writer}
    /// @param writeRequest who writes
    WritingRequest withWriteRequest(WriteRequest writeRequest);
}
