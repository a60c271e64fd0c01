package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.structs.Method;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Makes calls: takes a conversation, speaks, and decides from the end of it what is known of the call. Any thread.
///
/// ```
///   no conversation to be had ............................ NotSent
///   request not handed over as a whole ................... NotSent
///   sent, but no whole answer came ....................... MaybeExecuted
///   an answer that is an error ........................... Refused
/// ```
///
/// With a server that has answered before, what was not sent is sent once more in a fresh conversation, and so is a
/// read whose conversation ended without a byte of an answer; a read that ran out of time is not.
public final class Caller {
    private final ConversationPool pool;
    private final ClientConfig config;
    private final CallTimes times;
    private final AtomicLong seq = new AtomicLong();
    private volatile boolean spoken;

    /// Makes a caller.
    /// @param pool   where conversations come from
    /// @param config timeouts
    public Caller(ConversationPool pool, ClientConfig config) {
        this.pool = pool;
        this.config = config;
        this.times = new CallTimes(config);
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
        boolean spokenBefore = spoken;
        try {
            return speak(conversation, method, request);
        } catch (CallException e) {
            // A server may end a stream or a connection while it is idle, which may show only now.
            if (spokenBefore && mayRepeat(e, method, conversation) && !pool.closed()) {
                return speak(pool.takeFresh(), method, request);
            }
            throw e;
        }
    }

    private static boolean mayRepeat(CallException e, Method<?, ?> method, Conversation conversation) {
        return switch (e) {
            case CallException.NotSent _ -> true;
            case CallException.MaybeExecuted _ ->
                method.access() == Method.Access.READ
                        && !conversation.answerBegun()
                        && !(e.getCause() instanceof SocketTimeoutException);
            case CallException.Refused _ -> false;
        };
    }

    private <Q, R> R speak(Conversation conversation, Method<Q, R> method, Q request)
            throws CallException, InterruptedException {
        boolean sent = false;
        var timeout = times.of(request);
        try {
            conversation.send(seq.incrementAndGet(), method, request);
            sent = true;
            var answer = conversation.receive(method, timeout);
            spoken = true;
            var reply = answer.reply();
            if (reply == null) {
                pool.retire(conversation);
                throw new CallException.Refused(where(method), answer.error());
            }
            pool.giveBack(conversation);
            return reply;
        } catch (IOException e) {
            pool.discard(conversation);
            throw failure(method, sent, timeout, e);
        } catch (RuntimeException | Error e) {
            pool.discard(conversation);
            throw e;
        }
    }

    private CallException failure(Method<?, ?> method, boolean sent, Duration timeout, IOException e)
            throws InterruptedException {
        if (Interrupts.caused(e)) {
            throw Interrupts.of(e);
        }
        var reason = pool.closed() ? "the client was closed during the call" : Failures.reason(e, spoken, timeout);
        var message = where(method) + ": " + reason;
        return sent ? new CallException.MaybeExecuted(message, e) : new CallException.NotSent(message, e);
    }

    private String where(Method<?, ?> method) {
        return method.name() + " to " + config.address();
    }
}
