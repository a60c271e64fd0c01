package dev.proconsul.rpc.endpoints.internal.tables;

import dev.proconsul.rpc.endpoints.internal.state.Indexed;
import dev.proconsul.rpc.endpoints.internal.state.Keys;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.structs.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads sessions. The index is always that of the table; whoever waits for one session, or for those of a node, is
/// woken by their changes only.
///
/// Source: Consul `agent/consul/state/session.go`.
public final class SessionReads {
    private SessionReads() {}

    /// Looks a session up.
    /// @param state where
    /// @param id    its id, in any case
    /// @return the session, if there is one
    public static Indexed<Optional<Session>> get(Reader state, String id) {
        var found = Optional.ofNullable(state.get(SessionTable.BY_ID, Keys.of(id)));
        return new Indexed<>(index(state), found);
    }

    /// Lists all sessions.
    /// @param state where
    /// @return the sessions in the order of their ids
    public static Indexed<List<Session>> list(Reader state) {
        return new Indexed<>(index(state), Rows.list(state.all(SessionTable.TABLE)));
    }

    /// Lists the sessions of a node.
    /// @param state where
    /// @param node  its name, in any case
    /// @return the sessions in the order of their ids
    public static Indexed<List<Session>> ofNode(Reader state, String node) {
        return new Indexed<>(index(state), Rows.list(state.under(SessionTable.BY_NODE, Keys.of(node))));
    }

    /// Lists the sessions that end with a check.
    /// @param state   where
    /// @param node    node of the check
    /// @param checkId the check
    /// @return the sessions in the order of their ids
    public static List<Session> boundTo(Reader state, String node, String checkId) {
        var sessions = new ArrayList<Session>();
        for (var bound : state.under(SessionCheckTable.BY_CHECK, Keys.of(node, checkId))) {
            var session = state.get(SessionTable.BY_ID, Keys.of(bound.session()));
            if (session != null) {
                sessions.add(session);
            }
        }
        return sessions;
    }

    private static long index(Reader state) {
        return state.unwatched().entry(SessionTable.TABLE);
    }
}
