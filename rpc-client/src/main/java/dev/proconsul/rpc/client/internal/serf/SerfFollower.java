package dev.proconsul.rpc.client.internal.serf;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.proconsul.rpc.api.Gossip.KeyOperation;
import dev.proconsul.rpc.api.KeyringReport;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.client.SerfConfig;
import dev.proconsul.rpc.client.SerfMembership.Announcement;
import dev.proconsul.rpc.client.SerfMembership.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Keeps a connection to a Serf agent, and what is known by it.
///
/// Threads: one virtual thread connects, takes events in, and tells listeners. Others ask, and send commands of their own.
public final class SerfFollower implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("agent.serf");
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    /// The agent asks all members before it answers.
    private static final int KEYRING_PATIENCE = 6;

    private final SerfConfig config;
    private final Optional<Announcement> announcement;
    private final MemberTable table;
    private final Listeners listeners;
    private final SerfProgress progress = new SerfProgress();
    private final Pauses pauses;
    private final Thread thread = Thread.ofVirtual().name("serf-follower").unstarted(this::run);
    private volatile @Nullable SerfConnection connection;

    private SerfFollower(SerfConfig config, Optional<Announcement> announcement, RandomGenerator random) {
        this.config = config;
        this.announcement = announcement;
        var rule = new ServerRule(config.datacenter());
        table = new MemberTable(rule);
        listeners = new Listeners(rule);
        pauses = new Pauses(random);
    }

    /// Begins.
    /// @param config       where the agent is
    /// @param announcement what it shall say of a server
    /// @return the follower, to be closed by the caller
    public static SerfFollower start(SerfConfig config, Optional<Announcement> announcement) {
        var follower = new SerfFollower(config, announcement, RandomGenerator.getDefault());
        follower.thread.start();
        return follower;
    }

    /// {@return what is known}
    public MemberTable table() {
        return table;
    }

    /// {@return who is told of changes}
    public Listeners listeners() {
        return listeners;
    }

    /// {@return how it stands}
    public State state() {
        return progress.state();
    }

    /// {@return counters by name}
    public Map<String, Long> counters() {
        return progress.counters();
    }

    /// Waits until the members are known, or the agent refuses.
    /// @param timeout how long
    /// @return true when they are known
    /// @throws InterruptedException when the caller was interrupted
    public boolean awaitMembers(Duration timeout) throws InterruptedException {
        progress.awaitOutcome(timeout);
        return table.members().isPresent();
    }

    private void run() {
        try {
            while (!progress.isClosed()) {
                try {
                    follow();
                } catch (IOException e) {
                    disconnected(new State.Connecting(Optional.of(problem(e.getMessage()))), WARNING);
                } catch (SerfRefusal e) {
                    disconnected(new State.Misconfigured(problem(e.text() + hint(e.text()))), ERROR);
                } catch (RuntimeException e) {
                    LOG.log(ERROR, "following the Serf agent failed by a fault of this process", e);
                    disconnected(new State.Connecting(Optional.of(problem(e.toString()))), ERROR);
                }
                if (!progress.isClosed()) {
                    Thread.sleep(pauses.next());
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /// One connection, from its beginning to its end.
    private void follow() throws IOException, SerfRefusal, InterruptedException {
        try (var agent = SerfConnection.open(config)) {
            connection = agent;
            if (progress.isClosed()) {
                return;
            }
            var self = agent.call(SerfCommand.ownName(), config.callTimeout());
            requireName(self);
            agent.stream(config.callTimeout());
            list(agent, self);
            LOG.log(INFO, () -> "following the Serf agent at " + config.address() + ", which is called " + self);
            pauses.reset();
            progress.connected(new State.Connected(self));
            while (true) {
                switch (agent.events().take(config.listInterval())) {
                    case EventQueue.Signal.Event(var event) -> {
                        progress.countEvent();
                        listeners.tell(table.apply(event));
                    }
                    case EventQueue.Signal.List() -> list(agent, self);
                    case EventQueue.Signal.Ended(var cause) -> throw cause;
                    case EventQueue.Signal.Stop() -> {
                        withdraw(agent);
                        return;
                    }
                }
            }
        } finally {
            var agent = connection;
            connection = null;
            if (agent != null) {
                progress.countOverflows(agent.events().overflows());
            }
        }
    }

    private void withdraw(SerfConnection agent) throws IOException, SerfRefusal, InterruptedException {
        if (announcement.isPresent()) {
            agent.call(SerfCommand.tags(Map.of(), new TreeSet<>(announcement.get().tags().keySet())), LAST_WORDS);
        }
    }

    /// Asks for all members. If this process has something to announce, and the agent does not say it, it is told to.
    private void list(SerfConnection agent, String self) throws IOException, SerfRefusal, InterruptedException {
        var members = agent.call(SerfCommand.members(), config.callTimeout());
        if (announcement.isPresent()) {
            var wanted = announcement.get().tags();
            var missing = new TreeMap<>(wanted);
            members.stream().filter(member -> member.name().equals(self))
                    .forEach(member -> missing.entrySet().removeAll(member.tags().entrySet()));
            if (!missing.isEmpty()) {
                agent.call(SerfCommand.tags(wanted, new TreeSet<>()), config.callTimeout());
                members = agent.call(SerfCommand.members(), config.callTimeout());
            }
        }
        listeners.tell(table.replace(members));
    }

    private void requireName(String self) throws SerfRefusal {
        if (announcement.isPresent() && !announcement.get().name().equals(self)) {
            throw new SerfRefusal("it is called \"" + self + "\" in its pool, but this server must be announced as \""
                    + announcement.get().name() + "\"; start the Serf agent with -node="
                    + announcement.get().name());
        }
    }

    private static String hint(String refusal) {
        return switch (refusal) {
            case "Authentication required" -> "; configure its rpc_auth key here";
            case "Invalid authentication token" -> "; the key configured here is not its rpc_auth key";
            default -> refusal.contains("exceeds limit") ? "; give the Serf agent fewer tags of its own" : "";
        };
    }

    private String problem(@Nullable String reason) {
        return "Serf agent at " + config.address() + ": " + reason;
    }

    private void disconnected(State now, System.Logger.Level level) {
        if (progress.isClosed() && announcement.isPresent()) {
            LOG.log(WARNING, () -> "the announcement of this server stays with the Serf agent at " + config.address());
        } else if (!progress.isClosed() && !progress.state().equals(now)) {
            var problem = switch (now) {
                case State.Connecting(var reason) -> reason.orElse("");
                case State.Misconfigured(var reason) -> reason;
                case State.Connected _, State.Closed _ -> "";
            };
            LOG.log(level, () -> problem + "; trying again");
        }
        progress.disconnected(now);
    }

    /// Tells an event to the pool.
    /// @param name    of the event
    /// @param payload what comes with it
    /// @throws RpcException         when the agent refuses, or is away
    /// @throws InterruptedException when the caller was interrupted
    public void fire(String name, byte[] payload) throws RpcException, InterruptedException {
        call(SerfCommand.event(name, payload), config.callTimeout());
    }

    /// Asks the pool to do something with its keys.
    /// @param operation what to do
    /// @param key       with which key
    /// @return what it answered
    /// @throws RpcException         when the agent refuses, or is away
    /// @throws InterruptedException when the caller was interrupted
    public KeyringReport keyring(KeyOperation operation, String key) throws RpcException, InterruptedException {
        return call(SerfCommand.keyring(operation, key), config.callTimeout().multipliedBy(KEYRING_PATIENCE));
    }

    private <T> T call(SerfCommand<T> command, Duration timeout) throws RpcException, InterruptedException {
        var agent = connection;
        if (agent == null || !(progress.state() instanceof State.Connected)) {
            throw new RpcException(switch (progress.state()) {
                case State.Connecting(var reason) -> reason.orElse(problem("not connected yet"));
                case State.Misconfigured(var reason) -> reason;
                case State.Connected _ -> problem("the connection was lost");
                case State.Closed _ -> problem("closed");
            });
        }
        try {
            return agent.call(command, timeout);
        } catch (IOException e) {
            throw new RpcException(problem(e.getMessage()), e);
        } catch (SerfRefusal e) {
            throw new RpcException(e.text(), e);
        }
    }

    @Override
    public void close() {
        if (!progress.close()) {
            return;
        }
        var agent = connection;
        try {
            if (agent != null) {
                agent.events().stop();
                thread.join(LAST_WORDS);
            }
            thread.interrupt(); // it waits for an agent, or has waited too long for its answer
            thread.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // faster, not lost
            thread.interrupt();
        }
        if (agent != null) {
            agent.close();
        }
    }
}
