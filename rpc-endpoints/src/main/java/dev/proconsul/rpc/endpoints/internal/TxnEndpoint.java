package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Filtered;
import dev.proconsul.rpc.endpoints.internal.acl.Readable;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.endpoints.internal.commands.TxnWrites;
import dev.proconsul.rpc.endpoints.internal.state.Transaction;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.Nil;
import dev.proconsul.rpc.structs.Txn;
import dev.proconsul.rpc.structs.TxnCheckOp;
import dev.proconsul.rpc.structs.TxnError;
import dev.proconsul.rpc.structs.TxnKVOp;
import dev.proconsul.rpc.structs.TxnNodeOp;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnReadRequest;
import dev.proconsul.rpc.structs.TxnReadResponse;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnResponse;
import dev.proconsul.rpc.structs.TxnResult;
import dev.proconsul.rpc.structs.TxnServiceOp;
import dev.proconsul.rpc.structs.TxnSessionOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The service `Txn`: transactions. A transaction that fails is no error of the call, but a reply that lists the
/// errors.
///
/// Source: Consul `agent/consul/txn_endpoint.go`.
final class TxnEndpoint {
    private static final String GET = "get";
    private static final Set<String> CATALOG_VERBS = Set.of(GET, "set", "cas", "delete", "delete-cas");

    private final Host host;

    TxnEndpoint(Host host) {
        this.host = host;
    }

    List<Endpoint<?, ?>> rows() {
        return List.of(host.endpoint(Txn.APPLY, this::apply), host.endpoint(Txn.READ, this::read));
    }

    private TxnResponse apply(TxnRequest request, Authorizer caller) throws RpcException, InterruptedException {
        var prepared = new Prepared(request.ops(), caller);
        if (!prepared.errors.isEmpty()) {
            return new TxnResponse(Nil.list(), prepared.errors);
        }
        var applied = (TxnResponse) host.apply(Commands.TXN, request.withOps(prepared.ops), "raft apply failed: ");
        return readable(applied, caller).response;
    }

    private TxnReadResponse read(TxnReadRequest request, Authorizer caller) throws RpcException, InterruptedException {
        host.queries().verify(request.queryOptions());
        var prepared = new Prepared(request.ops(), caller);
        var meta = host.queries().meta(0);
        if (!prepared.errors.isEmpty()) {
            return new TxnReadResponse(new TxnResponse(Nil.list(), prepared.errors), meta);
        }
        var found = TxnWrites.run(Transaction.readOnly(host.store().current()), prepared.ops);
        var readable = readable(found, caller);
        return new TxnReadResponse(readable.response, meta.withResultsFilteredByACLs(
                readable.filtered && !request.queryOptions().token().isEmpty()));
    }

    private record Answer(TxnResponse response, boolean filtered) {}

    private static Answer readable(TxnResponse response, Authorizer caller) {
        var allowed = Filtered.of(response.results(), result -> isReadable(result, caller));
        return new Answer(response.withResults(allowed.rows()), allowed.removed());
    }

    private static boolean isReadable(TxnResult result, Authorizer caller) {
        if (result.kv() != null) {
            return caller.may(Resource.KEY, Access.READ, result.kv().key());
        } else if (result.node() != null) {
            return Readable.node(caller, result.node());
        } else if (result.service() != null) {
            return Readable.service(caller, result.service().service());
        }
        return result.check() == null || Readable.check(caller, result.check());
    }

    /// The operations as they go into the log, or what is wrong with them.
    private final class Prepared {
        private final Authorizer caller;
        private final List<TxnOp> ops = new ArrayList<>();
        private final List<TxnError> errors = new ArrayList<>();

        Prepared(List<TxnOp> sent, Authorizer caller) {
            this.caller = caller;
            for (int i = 0; i < sent.size(); i++) {
                try {
                    ops.add(prepared(sent.get(i)));
                } catch (RpcException e) {
                    errors.add(new TxnError(i, e.getMessage()));
                }
            }
        }

        private TxnOp prepared(TxnOp op) throws RpcException {
            if (op.kv() != null) {
                kv(op.kv());
            } else if (op.node() != null) {
                node(op.node());
            } else if (op.service() != null) {
                return op.withService(service(op.service()));
            } else if (op.check() != null) {
                return op.withCheck(check(op.check()));
            } else if (op.session() != null) {
                session(op.session());
            } else {
                throw new RpcException("unknown operation type");
            }
            return op;
        }

        private void kv(TxnKVOp op) throws RpcException {
            var verb = new KVOp(op.verb());
            KvsEndpoint.precheck(verb, op.dirEnt(), caller);
            if (verb.equals(KVOp.LOCK) && host.store().lockDelay(op.dirEnt().key()).isPositive()) {
                throw new RpcException("failed to lock key \"" + op.dirEnt().key() + "\" due to lock delay");
            }
        }

        private void node(TxnNodeOp op) throws RpcException {
            requireKnown("node", op.verb());
            if (!op.verb().equals(GET)) {
                Registration.checkNode(op.node().node(), op.node().id());
                caller.require(Resource.NODE, Access.WRITE, op.node().node());
            }
        }

        private TxnServiceOp service(TxnServiceOp op) throws RpcException {
            requireKnown("service", op.verb());
            return op.verb().equals(GET) ? op : op.withService(Registration.prepared(op.service(), caller));
        }

        private TxnCheckOp check(TxnCheckOp op) throws RpcException {
            requireKnown("check", op.verb());
            if (op.verb().equals(GET)) {
                return op;
            }
            var check = Registration.completed(op.check(), op.check().node());
            boolean ofNode = check.serviceID().isEmpty();
            caller.require(ofNode ? Resource.NODE : Resource.SERVICE, Access.WRITE,
                    ofNode ? check.node() : check.serviceName());
            return op.withCheck(check);
        }

        private void session(TxnSessionOp op) throws RpcException {
            if (!op.verb().equals("delete")) {
                throw new RpcException("unknown session operation: " + op.verb());
            }
        }

        private void requireKnown(String what, String verb) throws RpcException {
            if (!CATALOG_VERBS.contains(verb)) {
                throw new RpcException("unknown " + what + " operation: " + verb);
            }
        }
    }
}
