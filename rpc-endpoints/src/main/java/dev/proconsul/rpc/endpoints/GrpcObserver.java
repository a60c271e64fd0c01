package dev.proconsul.rpc.endpoints;

/// Told what goes wrong in gRPC calls. Methods run on the call's thread and must be short.
@FunctionalInterface
public interface GrpcObserver {
    /// Hears nothing.
    GrpcObserver NONE = (_, _) -> {};

    /// A service failed by a fault of its own; the caller has been told `INTERNAL` and no more.
    ///
    /// @param method `package.Service/Method`
    /// @param fault  what went wrong
    void faulted(String method, Throwable fault);
}
