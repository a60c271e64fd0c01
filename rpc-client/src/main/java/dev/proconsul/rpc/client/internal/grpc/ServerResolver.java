package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.api.ServerInfo;
import dev.proconsul.rpc.client.ServerRouter;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Tells gRPC which servers a [ServerTarget] has, now and whenever its router knows otherwise.
final class ServerResolver extends NameResolver {
    static final String SCHEME = "consul";
    /// Of an address: whose it is.
    static final Attributes.Key<ServerInfo> SERVER = Attributes.Key.create("server");
    /// Of a list: how many times it was shuffled.
    static final Attributes.Key<Long> SHUFFLES = Attributes.Key.create("shuffles");

    private static final int ANY_PORT = 8300;

    private final ServerTarget target;
    private final AtomicLong shuffles = new AtomicLong();
    private final ServerRouter.Observer observer = this::changed;
    private volatile Listener2 listener = new NoListener();

    ServerResolver(ServerTarget target) {
        this.target = target;
    }

    @Override
    public String getServiceAuthority() {
        return target.endpoint();
    }

    @Override
    public void start(Listener2 told) {
        listener = told;
        target.router.observe(observer);
        tell();
    }

    private void changed(boolean shuffled) {
        if (shuffled) {
            shuffles.incrementAndGet();
        }
        tell();
    }

    private synchronized void tell() {
        var groups = new ArrayList<EquivalentAddressGroup>();
        for (var server : target.servers()) {
            groups.add(new EquivalentAddressGroup(address(server),
                    Attributes.newBuilder().set(SERVER, server).build()));
        }
        listener.onResult(ResolutionResult.newBuilder()
                .setAddressesOrError(StatusOr.fromValue(List.copyOf(groups)))
                .setAttributes(Attributes.newBuilder().set(SHUFFLES, shuffles.get()).build())
                .build());
    }

    /// An address that stands for a server: whoever dials finds the server by the name, and nobody looks at the rest.
    static InetSocketAddress address(ServerInfo server) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(
                    server.datacenter() + "-" + server.address(), new byte[] {127, 0, 0, 1}), ANY_PORT);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }

    @Override
    public void refresh() {
        tell();
    }

    @Override
    public void shutdown() {
        target.router.forget(observer);
        target.close();
    }

    private static final class NoListener extends Listener2 {
        @Override
        public void onResult(ResolutionResult result) {}

        @Override
        public void onError(io.grpc.Status error) {}
    }

    /// Makes resolvers of our targets.
    static final class Provider extends NameResolverProvider {
        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return List.of(InetSocketAddress.class);
        }

        @Override
        public NameResolver newNameResolver(URI uri, Args args) {
            return new ServerResolver(ServerTarget.named(uri.getAuthority()));
        }
    }
}
