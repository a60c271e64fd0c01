package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.ReadRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Makes calls: takes a conversation, speaks, and decides from the end of it what is known of the call. Any thread.
public final class Caller {
    private static final Duration DEFAULT_QUERY_TIME = Duration.ofSeconds(300);
    private static final Duration MAX_QUERY_TIME = Duration.ofSeconds(600);
    private static final int JITTER_FRACTION = 16;

    private final ConversationPool pool;
    private final ClientConfig config;
    private final AtomicLong seq = new AtomicLong();

    /// Makes a caller.
    /// @param pool   where conversations come from
    /// @param config timeouts
    public Caller(ConversationPool pool, ClientConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /// Makes a call.
    /// @param method  which
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws CallException        when there is none
    /// @throws InterruptedException when the caller was interrupted
    public <Q, R> R call(Method<Q, R> method, Q request) throws CallException, InterruptedException {
        var conversation = pool.take();
        boolean reused = conversation.used();
        try {
            return speak(conversation, method, request);
        } catch (CallException.MaybeExecuted e) {
            // A server may close a stream while it is idle. A read may simply be asked again, on a fresh one.
            if (reused && method.access() == Method.Access.READ && !(e.getCause() instanceof SocketTimeoutException)) {
                return speak(pool.takeFresh(), method, request);
            }
            throw e;
        }
    }

    private <Q, R> R speak(Conversation conversation, Method<Q, R> method, Q request)
            throws CallException, InterruptedException {
        try {
            conversation.send(seq.incrementAndGet(), method, request);
            var answer = conversation.receive(method, timeoutFor(request));
            var reply = answer.reply();
            if (reply == null) {
                pool.retire(conversation);
                throw new CallException.Refused(answer.error());
            }
            pool.giveBack(conversation);
            return reply;
        } catch (IOException e) {
            pool.discard(conversation);
            throw failure(method, e);
        } catch (RuntimeException | Error e) {
            pool.discard(conversation);
            throw e;
        }
    }

    private CallException failure(Method<?, ?> method, IOException e) throws InterruptedException {
        if (Thread.interrupted() || e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
            var interrupted = new InterruptedException(method.name() + " was interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
        var what = e instanceof SocketTimeoutException ? "no answer in time" : String.valueOf(e.getMessage());
        var message = method.name() + " to " + config.server().getHostString() + ":" + config.server().getPort() + ": " + what;
        return new CallException.MaybeExecuted(message, e); // also for a failed send: the last byte may have got across
    }

    /// {@return how long the answer may take: a blocking query has its waiting time, the server's jitter and a margin}
    /// Source: Consul `agent/pool/pool.go`, `agent/structs/structs.go` (`QueryOptions.BlockingTimeout`).
    Duration timeoutFor(Object request) {
        if (!(request instanceof ReadRequest read) || read.queryOptions().minQueryIndex() == 0) {
            return config.callTimeout();
        }
        var wait = read.queryOptions().maxQueryTime();
        if (!wait.isPositive()) {
            wait = DEFAULT_QUERY_TIME;
        } else if (wait.compareTo(MAX_QUERY_TIME) > 0) {
            wait = MAX_QUERY_TIME;
        }
        return wait.plus(wait.dividedBy(JITTER_FRACTION)).plus(config.holdTimeout());
    }
}
