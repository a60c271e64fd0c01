package dev.proconsul.rpc.transport.tls;

import dev.proconsul.rpc.api.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A port whose connections are handed to a test, one at a time.
final class Port implements AutoCloseable {
    private final Listener listener;

    Port() throws IOException {
        listener = Listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    InetSocketAddress address() {
        return listener.address();
    }

    Connection accept() throws IOException {
        return listener.accept();
    }

    /// Runs something beside the test.
    static <T> FutureTask<T> beside(Callable<T> action) {
        var task = new FutureTask<>(action);
        Thread.ofVirtual().start(task);
        return task;
    }

    /// {@return the outcome, or throws what went wrong}
    static <T> T outcome(FutureTask<T> task) throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
