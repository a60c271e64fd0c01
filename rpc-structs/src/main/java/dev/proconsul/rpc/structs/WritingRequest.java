package dev.proconsul.rpc.structs;

/// A request that writes.
public interface WritingRequest {
    /// {@return who writes}
    WriteRequest writeRequest();

    /// {@return the datacenter to write to}
    String datacenter();
}
