package dev.proconsul.rpc.client.internal;

import dev.proconsul.rpc.client.ClientConfig;
import dev.proconsul.rpc.client.Dialers;
import dev.proconsul.rpc.client.ServerRouter;
import dev.proconsul.rpc.client.internal.grpc.GrpcStreams;
import dev.proconsul.rpc.client.internal.view.StreamDoor;
import java.lang.System.Logger;
import java.util.Optional;

/// Finds out whether this program has gRPC, which streams need. Programs that do not have it use blocking queries.
public final class Streams {
    private static final Logger LOG = System.getLogger(Streams.class.getName());

    private Streams() {}

    /// {@return the way to streams; empty in a program without gRPC}
    /// @param router  knows the servers
    /// @param dialers how to reach each
    /// @param config  times
    public static Optional<StreamDoor> door(ServerRouter router, Dialers dialers, ClientConfig config) {
        try {
            return Optional.of(GrpcStreams.of(router, dialers, config.dialTimeout(), config.datacenter()));
        } catch (LinkageError missing) {
            LOG.log(Logger.Level.DEBUG, "there is no gRPC in this program, so watches use blocking queries", missing);
            return Optional.empty();
        }
    }
}
