package dev.proconsul.rpc.client.internal;

import dev.proconsul.jyamux.MuxException;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.Time;
import dev.proconsul.rpc.structs.DecodeException;
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
    private final Time time;
    private final AtomicLong seq = new AtomicLong();

    /// Makes a caller.
    /// @param time the clock of deadlines
    public Caller(Time time) {
        this.time = time;
    }

    /// Makes a call.
    /// @param peer     whom to ask
    /// @param exchange what to ask
    /// @param timeout  for everything
    /// @param <R>      answer
    /// @return the answer
    /// @throws CallException        when there is none
    /// @throws InterruptedException when the caller was interrupted
    public <R> R call(Peer peer, Exchange<R> exchange, Duration timeout) throws CallException, InterruptedException {
        var attempt = new Attempt<>(peer, exchange, Deadline.in(time, timeout));
        boolean spokenBefore = peer.spoken();
        try {
            return attempt.speak(false);
        } catch (CallException e) {
            // A server may end a stream or a connection while it is idle, which may show only now.
            if (spokenBefore && attempt.mayRepeat(e)) {
                return attempt.speak(true);
            }
            throw e;
        }
    }

    /// Makes sure that a server can be reached.
    /// @param peer    which
    /// @param timeout for everything
    /// @throws CallException        when it cannot
    /// @throws InterruptedException when the caller was interrupted
    public void warmUp(Peer peer, Duration timeout) throws CallException, InterruptedException {
        try {
            peer.conversations().warmUp(Deadline.in(time, timeout));
        } catch (IOException e) {
            throw notSent(peer, e);
        }
    }

    private static CallException notSent(Peer peer, IOException e) throws InterruptedException {
        if (Interrupts.caused(e)) {
            throw Interrupts.of(e);
        }
        var reason = e instanceof CallFault fault ? fault.reason() : Reason.NO_CONNECTION;
        return new CallException.NotSent(String.valueOf(e.getMessage()), e, reason, peer.server());
    }

    /// One call and what becomes of it.
    private final class Attempt<R> {
        private final Peer peer;
        private final Exchange<R> exchange;
        private final Deadline deadline;
        private boolean answerBegun;

        Attempt(Peer peer, Exchange<R> exchange, Deadline deadline) {
            this.peer = peer;
            this.exchange = exchange;
            this.deadline = deadline;
        }

        boolean mayRepeat(CallException e) {
            if (e.reason() == Reason.TIMED_OUT || e.reason() == Reason.CLOSED) {
                return false;
            }
            return switch (e) {
                case CallException.NotSent _ -> true;
                case CallException.MaybeExecuted _ -> exchange.repeatable() && !answerBegun;
                case CallException.Refused _ -> false;
            };
        }

        R speak(boolean fresh) throws CallException, InterruptedException {
            var pool = peer.conversations();
            Conversation conversation;
            try {
                conversation = fresh ? pool.takeFresh(deadline) : pool.take(deadline);
            } catch (IOException e) {
                throw notSent(peer, e);
            }
            return speakIn(conversation);
        }

        private R speakIn(Conversation conversation) throws CallException, InterruptedException {
            var pool = peer.conversations();
            boolean sent = false;
            boolean reused = conversation.answered();
            try {
                conversation.send(seq.incrementAndGet(), exchange, deadline);
                sent = true;
                var answer = conversation.receive(exchange, deadline);
                peer.hasSpoken();
                var reply = answer.reply();
                if (reply == null) {
                    pool.retire(conversation);
                    throw new CallException.Refused(where(), answer.error(), peer.server());
                }
                pool.giveBack(conversation);
                return reply;
            } catch (IOException e) {
                var failure = failure(conversation, sent, e);
                if (failure.reason() == Reason.ENDED && !reused) {
                    conversation.carrier().retire(); // not one idle stream has ended, but what carries it is going
                }
                throw failure;
            } catch (RuntimeException | Error e) {
                pool.discard(conversation);
                throw e;
            }
        }

        private CallException failure(Conversation conversation, boolean sent, IOException e)
                throws InterruptedException {
            var pool = peer.conversations();
            answerBegun = conversation.answerBegun();
            pool.discard(conversation);
            if (Interrupts.caused(e)) {
                throw Interrupts.of(e);
            }
            var reason = pool.closed() ? Reason.CLOSED : reason(e);
            var text = switch (reason) {
                case CLOSED -> "the client was closed during the call";
                case TIMED_OUT -> "no answer within " + Failures.text(deadline.whole());
                default -> Failures.reason(e, peer.spoken());
            };
            var message = where() + ": " + text;
            return sent ? new CallException.MaybeExecuted(message, e, reason, peer.server())
                    : new CallException.NotSent(message, e, reason, peer.server());
        }

        /// Deviation: Consul tells a lost connection from one that was ended; a read can be asked again after either.
        private Reason reason(IOException e) {
            return switch (e) {
                case CallFault fault -> fault.reason();
                case SocketTimeoutException _ -> Reason.TIMED_OUT;
                case IOException _ when !deadline.left().isPositive() -> Reason.TIMED_OUT;
                case DecodeException _ -> Reason.LOST;
                default -> answerBegun || garbage(e) ? Reason.LOST : Reason.ENDED;
            };
        }

        private static boolean garbage(IOException e) {
            return e.getCause() instanceof MuxException.ProtocolViolation;
        }

        private String where() {
            return exchange.method() + " to " + peer.server().address();
        }
    }
}
