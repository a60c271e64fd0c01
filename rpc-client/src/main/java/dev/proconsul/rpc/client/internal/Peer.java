package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.api.Dialer;
import dev.proconsul.rpc.api.Protocol;
import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.PoolConfig;
import dev.proconsul.rpc.client.ClientConfig.Mode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// One server of a pool: the conversations with it, and how many calls use them. Any thread.
public final class Peer implements AutoCloseable {
    private static final int CLOSED = -1;

    private final ServerInfo server;
    private final ConversationPool conversations;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean spoken;
    private volatile long lastUsed;

    private Peer(ServerInfo server, Reach reach, Dialed dialed) {
        this.server = server;
        this.conversations = new ConversationPool(dialed, reach);
    }

    /// {@return a server whose calls share connections}
    /// @param server its address is `host:port`
    /// @param dialer dials
    /// @param config limits and times
    /// @throws IllegalArgumentException when its address is none
    public static Peer of(ServerInfo server, Dialer dialer, PoolConfig config) {
        var reach = new Reach(dialer, Address.parse(server.address(), 0), config);
        return new Peer(server, reach, config.mode() == Mode.MUX
                ? new DialedStreams(reach) : new DialedConnections(reach, Protocol.RPC));
    }

    /// {@return a server for one call without a client certificate, on a connection of its own}
    /// @param server its address is `host:port`
    /// @param dialer dials
    /// @param config limits and times
    /// @throws IllegalArgumentException when its address is none
    public static Peer forInsecureCall(ServerInfo server, Dialer dialer, PoolConfig config) {
        var alone = config.withIdle(0, config.idleTime());
        var reach = new Reach(dialer, Address.parse(server.address(), 0), alone);
        return new Peer(server, reach, new DialedConnections(reach, Protocol.TLS_INSECURE));
    }

    /// {@return which server}
    public ServerInfo server() {
        return server;
    }

    ConversationPool conversations() {
        return conversations;
    }

    /// {@return whether it has ever answered}
    boolean spoken() {
        return spoken;
    }

    void hasSpoken() {
        if (!spoken) {
            spoken = true;
        }
    }

    /// A call begins.
    /// @param now a reading of the clock
    /// @return false when the peer is closed
    public boolean enter(long now) {
        lastUsed = now;
        while (true) {
            int present = calls.get();
            if (present == CLOSED) {
                return false;
            }
            if (calls.compareAndSet(present, present + 1)) {
                return true;
            }
        }
    }

    /// A call has ended.
    public void leave() {
        calls.decrementAndGet();
    }

    /// Closes if no call is in flight and none has begun for some time. Source: Consul measures from the last begin.
    /// @param now      a reading of the clock
    /// @param idleTime that time
    /// @return whether it is closed now
    public boolean closeIfIdle(long now, Duration idleTime) {
        if (now - lastUsed < idleTime.toNanos() || !calls.compareAndSet(0, CLOSED)) {
            return false;
        }
        conversations.close();
        return true;
    }

    /// Once a second.
    public void tick() {
        conversations.tick();
    }

    /// {@return how many idle streams or connections are kept}
    public int idle() {
        return conversations.idle();
    }

    /// Closes all connections; calls in flight fail.
    @Override
    public void close() {
        conversations.close();
    }
}
