package dev.proconsul.rpc.client;

import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.Txn;
import dev.proconsul.rpc.structs.TxnCheckOp;
import dev.proconsul.rpc.structs.TxnError;
import dev.proconsul.rpc.structs.TxnKVOp;
import dev.proconsul.rpc.structs.TxnNodeOp;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnReadRequest;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnResponse;
import dev.proconsul.rpc.structs.TxnResult;
import dev.proconsul.rpc.structs.TxnServiceOp;
import java.util.List;

/// The service `Txn`: transactions, of which all operations happen, or none. 128 operations at most.
///
/// ```java
/// var outcome = client.transactions().apply(List.of(
///         TxnClient.key(KVOp.CHECK_NOT_EXISTS, DirEntry.ZERO.withKey("a")),
///         TxnClient.key(KVOp.SET, DirEntry.ZERO.withKey("b").withValue(Bytes.ofUtf8("1")))));
/// ```
public final class TxnClient {
    private final Ask ask;

    TxnClient(Ask ask) {
        this.ask = ask;
    }

    /// {@return this facade with other options}
    /// @param options of all its calls
    public TxnClient with(CallOptions options) {
        return new TxnClient(ask.with(options));
    }

    /// Runs a transaction.
    ///
    /// @param operations in this order
    /// @return whether it was done
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Outcome apply(List<TxnOp> operations) throws CallException, InterruptedException {
        return outcome(ask.call(Txn.APPLY, new TxnRequest(ask.datacenter(), operations, ask.write())));
    }

    /// Runs a transaction that only reads, which any server may do with stale reads.
    ///
    /// @param operations that read or check, in this order
    /// @return whether all conditions were met
    /// @throws CallException        when the call failed
    /// @throws InterruptedException when the caller was interrupted
    public Outcome read(List<TxnOp> operations) throws CallException, InterruptedException {
        var reply = ask.read(Txn.READ, query -> new TxnReadRequest(ask.datacenter(), operations, query));
        return outcome(reply.txnResponse());
    }

    /// {@return an operation on a key}
    /// @param verb  what to do
    /// @param entry the key, and what the verb needs
    public static TxnOp key(KVOp verb, DirEntry entry) {
        return TxnOp.ZERO.withKv(new TxnKVOp(verb.name(), entry));
    }

    /// {@return an operation on a node}
    /// @param verb `get`, `set`, `cas`, `delete` or `delete-cas`
    /// @param node the node
    public static TxnOp node(String verb, Node node) {
        return TxnOp.ZERO.withNode(new TxnNodeOp(verb, node));
    }

    /// {@return an operation on an instance of a service}
    /// @param verb    `get`, `set`, `cas`, `delete` or `delete-cas`
    /// @param node    where it is
    /// @param service the instance
    public static TxnOp service(String verb, String node, NodeService service) {
        return TxnOp.ZERO.withService(new TxnServiceOp(verb, node, service));
    }

    /// {@return an operation on a check}
    /// @param verb  `get`, `set`, `cas`, `delete` or `delete-cas`
    /// @param check the check
    public static TxnOp check(String verb, HealthCheck check) {
        return TxnOp.ZERO.withCheck(new TxnCheckOp(verb, check));
    }

    /// What became of a transaction.
    public sealed interface Outcome {}

    /// Everything was done.
    ///
    /// @param results of the operations that have one, in their order
    public record Done(List<TxnResult> results) implements Outcome {}

    /// Nothing was done.
    ///
    /// @param errors why, by operation
    public record NotDone(List<TxnError> errors) implements Outcome {}

    private static Outcome outcome(TxnResponse response) {
        return response.errors().isEmpty() ? new Done(response.results()) : new NotDone(response.errors());
    }
}
