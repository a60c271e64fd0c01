package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.RetryWaits;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.CallException.Reason;
import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.ServerPool;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.client.Time;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.ReadRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes calls to whichever server is to be asked next, and decides after a failure whether to ask again. Any thread.
///
/// | what happened | asked again |
/// |---|---|
/// | refused, because there is no leader (any more) or the server asks for it | yes, after a wait, in the hold time |
/// | a read whose server ended without an answer | likewise, if any server has ever answered |
/// | not sent | yes, at once, by each other server once |
/// | out of tokens ([dev.proconsul.rpc.client.CallRate]) | no |
/// | refused otherwise, out of time, a write that may have been executed | no |
///
/// Source: Consul `agent/consul/client.go`, `agent/consul/rpc.go` (`canRetry`). Deviation: there what was not sent is
/// not sent again, nor what a leader of the past has refused.
public final class RoutedCaller {
    /// What a server says when another attempt may do better.
    private static final List<String> ASK_AGAIN = List.of(
            "No cluster leader",
            "please resubmit call for rechunking",
            "rate limit exceeded, try again later or against a different server");
    /// A leader lost its place before it could put a write into the log, or answer a consistent read: nothing has
    /// happened.
    private static final String NOT_THE_LEADER = "node is not the leader";

    private final ServerPool pool;
    private final ServerRouter router;
    private final TokenBucket tokens;
    private final Time time;
    private final RandomGenerator random;
    private volatile boolean answered; // before, it may be no Consul server at all that listens there

    /// Makes a caller.
    /// @param pool   calls
    /// @param router chooses
    /// @param tokens limits attempts
    /// @param time   the clock
    /// @param random spreads waits
    public RoutedCaller(ServerPool pool, ServerRouter router, TokenBucket tokens, Time time, RandomGenerator random) {
        this.pool = pool;
        this.router = router;
        this.tokens = tokens;
        this.time = time;
        this.random = random;
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
        return new Call<>(method, request).run();
    }

    private void hasAnswered() {
        if (!answered) {
            answered = true;
        }
    }

    /// One call with all its attempts.
    private final class Call<Q, R> {
        private final Method<Q, R> method;
        private final Q request;
        private final Deadline deadline;
        private final Deadline retries;
        private Set<ServerInfo> unreached = Set.of();
        private @Nullable RetryWaits waits; // both only after a failure, which is seldom
        private boolean first = true;

        Call(Method<Q, R> method, Q request) {
            var config = pool.config();
            this.method = method;
            this.request = request;
            var timeout = new CallTimes(config).of(request);
            deadline = Deadline.in(time, timeout);
            retries = new Deadline(time, deadline.start(), blocks() ? timeout : config.holdTimeout());
        }

        private boolean blocks() {
            return request instanceof ReadRequest read && read.queryOptions().minQueryIndex() != 0;
        }

        R run() throws CallException, InterruptedException {
            while (true) {
                var server = router.findLocal().orElseThrow(RoutedCaller::noServer);
                tokens.take(server);
                try {
                    var reply = pool.call(server, method, request, left());
                    router.answered(server);
                    hasAnswered();
                    return reply;
                } catch (CallException e) {
                    router.failed(server, e);
                    prepareNext(server, e);
                }
            }
        }

        /// What is left; all of it at the first attempt, so that a failure names the time that was configured.
        private Duration left() {
            if (first) {
                first = false;
                return deadline.whole();
            }
            var left = deadline.left();
            return left.isPositive() ? left : Duration.ofNanos(1);
        }

        /// Returns when the call is to be made again.
        private void prepareNext(ServerInfo server, CallException e) throws CallException, InterruptedException {
            switch (next(server, e)) {
                case AT_ONCE -> {}
                case LATER -> {
                    waits = waits == null ? new RetryWaits(pool.config().holdTimeout(), random::nextLong) : waits;
                    var wait = waits.next();
                    if (wait.compareTo(deadline.left()) >= 0) {
                        throw Relayed.understood(e);
                    }
                    time.sleep(wait);
                }
                case NEVER -> throw Relayed.understood(e);
            }
        }

        private Next next(ServerInfo server, CallException e) {
            if (e.reason() == Reason.CLOSED || !deadline.left().isPositive()) {
                return Next.NEVER;
            }
            return switch (e) {
                case CallException.NotSent _ -> othersLeft(server) ? Next.AT_ONCE : Next.NEVER;
                case CallException.MaybeExecuted _ -> later(e.reason() == Reason.ENDED
                        && method.access() == Method.Access.READ && answered);
                case CallException.Refused _ -> later(ASK_AGAIN.stream().anyMatch(e.getMessage()::contains)
                        || e.getMessage().contains(NOT_THE_LEADER) && !mayBeStale()
                        || method.access() == Method.Access.READ && Relayed.isEnd(e.getMessage()));
            };
        }

        /// Such a read is answered by any server, and refused by all but the leader if it is to be consistent as well.
        private boolean mayBeStale() {
            return request instanceof ReadRequest read && read.queryOptions().allowStale();
        }

        private Next later(boolean sensible) {
            return sensible && retries.left().isPositive() ? Next.LATER : Next.NEVER;
        }

        private boolean othersLeft(ServerInfo server) {
            unreached = unreached.isEmpty() ? new HashSet<>() : unreached;
            unreached.add(server);
            return router.findLocal().filter(next -> !unreached.contains(next)).isPresent();
        }
    }

    private enum Next { AT_ONCE, LATER, NEVER }

    private static CallException noServer() {
        return new CallException.NotSent("No known Consul servers", null, Reason.NO_SERVER, null);
    }
}
