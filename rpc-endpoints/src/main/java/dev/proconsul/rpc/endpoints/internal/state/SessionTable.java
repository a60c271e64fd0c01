package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.structs.Session;

/// The sessions, by id and by node; both without regard to case.
///
/// Immutable; each change gives another table.
///
/// @param byId   sessions by id
/// @param byNode by node name: its sessions by id
record SessionTable(RadixTree<Session> byId, RadixTree<RadixTree<Session>> byNode) {
    static final SessionTable EMPTY = new SessionTable(RadixTree.empty(), RadixTree.empty());

    SessionTable with(Session session) {
        byte[] id = Keys.folded(session.id());
        var before = byId.get(id);
        var others = before == null ? byNode : leaving(id, before);
        byte[] node = Keys.folded(session.node());
        var ofNode = others.get(node);
        var joined = (ofNode == null ? RadixTree.<Session>empty() : ofNode).with(id, session);
        return new SessionTable(byId.with(id, session), others.with(node, joined));
    }

    SessionTable without(Session session) {
        byte[] id = Keys.folded(session.id());
        return new SessionTable(byId.without(id), leaving(id, session));
    }

    private RadixTree<RadixTree<Session>> leaving(byte[] id, Session session) {
        byte[] node = Keys.folded(session.node());
        var ofNode = byNode.get(node);
        var left = ofNode == null ? RadixTree.<Session>empty() : ofNode.without(id);
        return left.isEmpty() ? byNode.without(node) : byNode.with(node, left);
    }
}
