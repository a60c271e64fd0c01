package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.api.RpcException;
import java.io.Serial;

/// There are as many subscriptions as this server may hold.
public final class TooManySubscriptions extends RpcException {
    @Serial
    private static final long serialVersionUID = 1;

    TooManySubscriptions(int maximum) {
        super("this server holds " + maximum + " subscriptions and takes no more, please try another");
    }
}
