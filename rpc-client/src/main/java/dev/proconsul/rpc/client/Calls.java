package dev.proconsul.rpc.client;

import dev.proconsul.rpc.client.internal.Closings;
import dev.proconsul.rpc.client.internal.view.Views;
import dev.proconsul.rpc.structs.Method;
import java.util.concurrent.Semaphore;

/// Where the calls of facades go. Any thread.
interface Calls {
    /// See [RpcClient#call].
    <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException;

    /// {@return whether every further call will fail, because the client was closed}
    boolean closed();

    /// {@return what is followed by streams}
    default Views views() {
        return Views.NONE;
    }

    /// {@return permits for questions of watches that do not wait}
    Semaphore turns();

    /// {@return what gives leave to end calls of watches}
    Closings closings();
}
