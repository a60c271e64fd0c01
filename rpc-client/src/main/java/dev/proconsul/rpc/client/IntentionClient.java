package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.IndexedIntentions;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionListRequest;
import dev.proconsul.rpc.structs.IntentionMatchEntry;
import dev.proconsul.rpc.structs.IntentionQueryCheck;
import dev.proconsul.rpc.structs.IntentionQueryExact;
import dev.proconsul.rpc.structs.IntentionQueryMatch;
import dev.proconsul.rpc.structs.IntentionQueryRequest;
import dev.proconsul.rpc.structs.IntentionRequest;
import dev.proconsul.rpc.structs.Intentions;
import java.util.List;
import java.util.Optional;

/// The service `Intention`: which service may call which. `*` stands for all services.
public final class IntentionClient {
    /// The enterprise namespace.
    private static final String DEFAULT = "default";

    private final Ask ask;

    IntentionClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public IntentionClient with(CallOptions options) {
        return new IntentionClient(ask.with(options));
    }

    /// Allows a service to call another.
    ///
    /// @param source      service that calls
    /// @param destination service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void allow(String source, String destination) throws CallException, InterruptedException {
        apply("upsert", of(source, destination).withAction("allow"));
    }

    /// Forbids a service to call another.
    ///
    /// @param source      service that calls
    /// @param destination service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void deny(String source, String destination) throws CallException, InterruptedException {
        apply("upsert", of(source, destination).withAction("deny"));
    }

    /// Writes an intention with all its details, found by its names.
    ///
    /// @param intention without identifier and metadata
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void put(Intention intention) throws CallException, InterruptedException {
        apply("upsert", intention);
    }

    /// Removes an intention, so that others decide.
    ///
    /// @param source      service that calls
    /// @param destination service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public void delete(String source, String destination) throws CallException, InterruptedException {
        apply("delete", of(source, destination));
    }

    /// {@return an intention; empty when there is none between just these two}
    /// @param source      service that calls
    /// @param destination service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Optional<Intention> get(String source, String destination) throws CallException, InterruptedException {
        var names = exact(source, destination);
        return ask.unless("Intention not found", () -> ask.read(Intentions.GET, names).intentions().getFirst());
    }

    /// {@return all intentions, the most important first}
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Intention> list() throws CallException, InterruptedException {
        return ask.read(Intentions.LIST, all()).intentions();
    }

    /// {@return the intentions that decide who may call a service, the most important first}
    /// @param service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public List<Intention> ofDestination(String service) throws CallException, InterruptedException {
        var match = IntentionQueryMatch.ZERO.withType("destination").withEntries(List.of(entry(service)));
        var request = IntentionQueryRequest.ZERO.withDatacenter(ask.datacenter()).withMatch(match);
        return ask.read(Intentions.MATCH, request::withQueryOptions).matches().getFirst();
    }

    /// {@return whether a service may call another}
    /// @param source      service that calls
    /// @param destination service that is called
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public boolean allowed(String source, String destination) throws CallException, InterruptedException {
        var check = IntentionQueryCheck.ZERO.withSourceNS(DEFAULT).withSourceName(source).withSourceType("consul")
                .withDestinationNS(DEFAULT).withDestinationName(destination);
        var request = IntentionQueryRequest.ZERO.withDatacenter(ask.datacenter()).withCheck(check);
        return ask.call(Intentions.CHECK, request.withQueryOptions(ask.query())).allowed();
    }

    /// {@return a watch of all intentions, to be closed by the caller}
    public Watch<List<Intention>> watch() {
        return ask.watch(Intentions.LIST, all(), IndexedIntentions::intentions);
    }

    private void apply(String op, Intention intention) throws CallException, InterruptedException {
        ask.call(Intentions.APPLY, IntentionRequest.ZERO.withDatacenter(ask.datacenter()).withOp(op)
                .withIntention(intention).withWriteRequest(ask.write()));
    }

    private static Intention of(String source, String destination) {
        return Intention.ZERO.withSourceNS(DEFAULT).withSourceName(source).withSourceType("consul")
                .withDestinationNS(DEFAULT).withDestinationName(destination);
    }

    private Ask.Question<IntentionListRequest> all() {
        return query -> new IntentionListRequest(ask.datacenter(), false, query);
    }

    private Ask.Question<IntentionQueryRequest> exact(String source, String destination) {
        var names = IntentionQueryExact.ZERO.withSourceNS(DEFAULT).withSourceName(source)
                .withDestinationNS(DEFAULT).withDestinationName(destination);
        return IntentionQueryRequest.ZERO.withDatacenter(ask.datacenter()).withExact(names)::withQueryOptions;
    }

    private static IntentionMatchEntry entry(String service) {
        return IntentionMatchEntry.ZERO.withNamespace(DEFAULT).withName(service);
    }
}
