package dev.proconsul.rpc.server.internal;

import java.io.IOException;

/// A Serf agent that will not have this server until a person changes something; the message says what.
public final class GossipRefused extends IOException {
    private static final long serialVersionUID = 1;

    GossipRefused(String message) {
        super(message);
    }
}
