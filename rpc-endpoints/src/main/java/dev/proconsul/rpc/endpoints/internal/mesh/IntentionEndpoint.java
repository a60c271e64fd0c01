package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.BlockingQueries.Result;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.state.Reader;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryReads;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryTable;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.structs.IndexedIntentionMatches;
import dev.proconsul.rpc.structs.IndexedIntentions;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionListRequest;
import dev.proconsul.rpc.structs.IntentionQueryCheckResponse;
import dev.proconsul.rpc.structs.IntentionQueryMatch;
import dev.proconsul.rpc.structs.IntentionQueryRequest;
import dev.proconsul.rpc.structs.Intentions;
import dev.proconsul.rpc.structs.Nil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The service `Intention`: who may call whom in the mesh.
///
/// Source: Consul `agent/consul/intention_endpoint.go`.
public final class IntentionEndpoint {
    private final Host host;

    /// Makes the service.
    /// @param host what it runs in
    public IntentionEndpoint(Host host) {
        this.host = host;
    }

    /// {@return its methods}
    public List<Endpoint<?, ?>> rows() {
        return List.of(
                host.endpoint(Intentions.APPLY, Mesh.whileOff(host), new IntentionChanges(host)::apply),
                host.endpoint(Intentions.GET, Mesh.whileOff(host), this::get),
                host.endpoint(Intentions.LIST, Mesh.whileOff(host), this::list),
                host.endpoint(Intentions.MATCH, Mesh.whileOff(host), this::match),
                host.endpoint(Intentions.CHECK, Mesh.whileOff(host), this::check));
    }

    private static boolean mayRead(Authorizer caller, Intention intention) {
        return caller.may(Resource.INTENTION, Access.READ, intention.destinationName())
                || caller.may(Resource.INTENTION, Access.READ, intention.sourceName());
    }

    private IndexedIntentions get(IntentionQueryRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Intentions.GET, request, caller, state -> {
            var exact = request.exact();
            Optional<Intention> found = exact == null ? IntentionReads.byId(state, request.intentionID())
                    : IntentionReads.exact(state, exact.sourceName(), exact.destinationName(), exact.sourcePeer());
            var intention = found.orElseThrow(() -> new RpcException("Intention not found"));
            Mesh.unless(mayRead(caller, intention), "Permission denied");
            return Result.found(ConfigEntryReads.index(state), IndexedIntentions.ZERO
                    .withIntentions(List.of(intention)).withDataOrigin("config"));
        });
    }

    private IndexedIntentions list(IntentionListRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        return host.queries().ask(Intentions.LIST, request, caller, state -> {
            long index = state.entry(ConfigEntryTable.TABLE);
            var stored = request.legacy() ? List.<Intention>of() : IntentionReads.all(state.unwatched());
            var visible = Filtered.of(stored, intention -> mayRead(caller, intention));
            return Result.found(index, IndexedIntentions.ZERO
                    .withIntentions(visible.rows()).withDataOrigin("config")).filtered(visible.removed());
        });
    }

    private IndexedIntentionMatches match(IntentionQueryRequest request, Authorizer caller)
            throws RpcException, InterruptedException {
        var match = request.match();
        if (match == null) {
            throw new RpcException("Match must be specified on args");
        }
        Mesh.unless(match.type().equals("source") || match.type().equals("destination"),
                "Invalid Intention match type: \"" + match.type() + "\"");
        for (var entry : match.entries()) {
            caller.require(Resource.INTENTION, Access.READ, entry.name());
        }
        return host.queries().ask(Intentions.MATCH, request, caller, state -> {
            var matches = new ArrayList<List<Intention>>();
            for (var entry : match.entries()) {
                matches.add(matches(state, match, entry.name()));
            }
            var reply = IndexedIntentionMatches.ZERO.withMatches(matches);
            long index = ConfigEntryReads.index(state);
            return (matches.stream().allMatch(List::isEmpty) ? Result.notFound(index, reply)
                    : Result.found(index, reply)).onlyIfChanged();
        });
    }

    private static List<Intention> matches(Reader state,
            IntentionQueryMatch match, String name) {
        var found = match.type().equals("source") ? IntentionReads.ofSource(state, name)
                : IntentionReads.ofDestination(state, name);
        return found.isEmpty() ? Nil.list() : found;
    }

    private IntentionQueryCheckResponse check(IntentionQueryRequest request, Authorizer caller) throws RpcException {
        var check = request.check();
        if (check == null) {
            throw new RpcException("Check must be specified on args");
        }
        Mesh.unless(check.sourceType().equals(IntentionForms.CONSUL),
                "unsupported SourceType: \"" + check.sourceType() + "\"");
        caller.require(Resource.SERVICE, Access.READ, check.destinationName());
        return new IntentionQueryCheckResponse(IntentionReads.isAllowed(host.store().current(),
                check.sourceName(), check.destinationName(), Mesh.allowsByDefault(host)));
    }
}
