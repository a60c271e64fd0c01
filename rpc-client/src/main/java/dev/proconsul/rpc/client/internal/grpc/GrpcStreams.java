package dev.proconsul.rpc.client.internal.grpc;

import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.client.internal.view.EventStream;
import dev.proconsul.rpc.client.internal.view.HealthWish;
import dev.proconsul.rpc.client.internal.view.StreamDoor;
import dev.proconsul.rpc.structs.proto.NamedSubject;
import dev.proconsul.rpc.structs.proto.SubscribeRequest;
import dev.proconsul.rpc.structs.proto.Topic;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Subscribes at the servers of the own datacenter; they pass on what is meant for another.
///
/// A server takes 2,048 streams of a connection; so a further channel is opened before that, and closed when it is not
/// needed any more.
///
/// Threads: any.
public final class GrpcStreams implements StreamDoor {
    /// Half of what servers take, since a stream that was closed here may still count there.
    private static final int STREAMS_OF_A_CHANNEL = 1_024;

    private final Supplier<ManagedChannel> opening;
    private final List<Shared> channels = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    /// A channel, and how many streams it has.
    static final class Shared {
        final ManagedChannel channel;
        private int streams; // guarded by the door

        Shared(ManagedChannel channel) {
            this.channel = channel;
        }
    }

    private GrpcStreams(Supplier<ManagedChannel> opening) {
        this.opening = opening;
    }

    /// Opens nothing yet.
    ///
    /// @param router      knows the servers
    /// @param dialers     how to reach each
    /// @param dialTimeout for each connection
    /// @param datacenter  the own one
    /// @return a door, to be closed by the caller
    public static GrpcStreams of(ServerRouter router, Dialers dialers, Duration dialTimeout, String datacenter) {
        Channels.check();
        // Views try again by themselves, and know better when.
        return new GrpcStreams(() -> Channels.to(
                ServerTarget.of(router, dialers, dialTimeout, Optional.of(datacenter)), false));
    }

    @Override
    public EventStream health(HealthWish wish, long index) {
        // The key stands in both places: Consul 1.10 knows the older one only.
        var request = SubscribeRequest.newBuilder()
                .setTopic(wish.connect() ? Topic.ServiceHealthConnect : Topic.ServiceHealth)
                .setKey(wish.service())
                .setNamedSubject(NamedSubject.newBuilder().setKey(wish.service()))
                .setDatacenter(wish.datacenter())
                .setToken(wish.token())
                .setIndex(index)
                .build();
        var shared = take();
        return SubscribeCall.open(shared.channel, request, "subscription to " + wish, () -> giveBack(shared));
    }

    private synchronized Shared take() {
        if (closed) {
            throw new IllegalStateException("the client was closed");
        }
        var shared = channels.stream().filter(one -> one.streams < STREAMS_OF_A_CHANNEL).findFirst().orElse(null);
        if (shared == null) {
            shared = new Shared(opening.get());
            channels.add(shared);
        }
        shared.streams++;
        return shared;
    }

    /// The first channel is kept: a view that lost its stream wants it again at once.
    private synchronized void giveBack(Shared shared) {
        if (--shared.streams == 0 && !closed && channels.size() > 1) {
            channels.remove(shared);
            shared.channel.shutdown();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        channels.forEach(shared -> shared.channel.shutdownNow());
        channels.clear();
    }
}
