package consumer;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.structs.DCSpecificRequest;
import dev.proconsul.rpc.structs.Status;
import java.util.List;
import java.util.concurrent.Callable;

/// Serves a method, and calls it in the process.
public final class Consumer implements Callable<String> {
    /// For the service loader.
    public Consumer() {}

    @Override
    public String call() throws Exception {
        var table = EndpointTable.of(List.of(new Endpoint<>(Status.LEADER, (request, context) -> leader(context))));
        return table.call(Status.LEADER, DCSpecificRequest.ZERO);
    }

    private static String leader(CallContext context) {
        return context.peer().isPresent() ? "asked from outside" : "127.0.0.1:8300";
    }
}
