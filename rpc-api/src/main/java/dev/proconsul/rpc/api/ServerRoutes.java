package dev.proconsul.rpc.api;

import dev.proconsul.rpc.api.RemoteServers.Outcome;
import java.util.List;

/// Which server to ask: the road map of a server. Threads: any; no method waits.
///
/// Source: Consul `agent/router/router.go`.
public interface ServerRoutes {
    /// Knows nobody: the server is alone.
    ServerRoutes NONE = new ServerRoutes() {
        @Override
        public Route route(String datacenter) {
            return new Route.Unknown();
        }

        @Override
        public void answered(ServerInfo server) {
            // It was not one of ours.
        }

        @Override
        public void failed(ServerInfo server, Outcome.Failed why) {
            // Nor was it.
        }

        @Override
        public boolean tracks(ServerInfo server) {
            return false;
        }

        @Override
        public List<String> datacenters() {
            return List.of();
        }
    };

    /// {@return the server that calls to a datacenter go to at present}
    /// @param datacenter another one than the own
    Route route(String datacenter);

    /// Takes note that a call was answered with a reply.
    ///
    /// @param server the server that was called
    void answered(ServerInfo server);

    /// Takes note that a call went wrong, whatever the reason: if calls go to that server at present and there is another,
    /// they go to the next one from now on.
    ///
    /// @param server the server that was called
    /// @param why    what went wrong
    void failed(ServerInfo server, Outcome.Failed why);

    /// {@return whether membership knows a server of the own datacenter at that address}
    /// @param server as the consensus names it
    boolean tracks(ServerInfo server);

    /// {@return the other datacenters of which a server is known, nearest first and then by name}
    List<String> datacenters();

    /// Where a datacenter is found.
    sealed interface Route {
        /// At a server.
        /// @param server whom to call
        record To(ServerInfo server) implements Route {}

        /// Its servers are known, and none of them answers.
        record Unreachable() implements Route {}

        /// Nobody knows a server of it.
        record Unknown() implements Route {}
    }
}
