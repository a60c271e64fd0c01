package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.api.Consensus;
import dev.proconsul.rpc.api.GossipPools;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.AclConfig;
import dev.proconsul.rpc.endpoints.ConnectConfig;
import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.TokenResolver;
import dev.proconsul.rpc.endpoints.internal.state.CommandType;
import dev.proconsul.rpc.endpoints.internal.state.StateStore;
import dev.proconsul.rpc.structs.Method;
import java.util.ArrayList;
import java.util.List;

/// What all endpoints share: the state, the way to change it, and what comes before a method does its work.
///
/// ```java
/// host.endpoint(KVS.APPLY, this::apply)   // boolean apply(KVSRequest request, Authorizer caller)
/// ```
///
/// The order of work in a call: checks before forwarding, if the method has some; forwarding; the token; the method.
///
/// @param datacenter the server's own
/// @param store      what is read
/// @param consensus  where writes go
/// @param queries    runs reads, and lets them wait
/// @param forwarding decides which server a request is for
/// @param tokens     finds out who calls
/// @param time       clock and timers
/// @param chance     ids and everything else that is left to chance
/// @param acl        whether callers are asked who they are
/// @param connect    whether there is a mesh, and who signs its certificates
/// @param gossip     who else is there
public record Host(
        String datacenter,
        StateStore store,
        Consensus consensus,
        BlockingQueries queries,
        Forwarding forwarding,
        TokenResolver tokens,
        Time time,
        Chance chance,
        AclConfig acl,
        ConnectConfig connect,
        GossipPools gossip) {
    /// Makes a host without ACLs, without a mesh and without gossip.
    /// @param datacenter the server's own
    /// @param store      what is read
    /// @param consensus  where writes go
    /// @param queries    runs reads, and lets them wait
    /// @param forwarding decides which server a request is for
    /// @param tokens     finds out who calls
    /// @param time       clock and timers
    /// @param chance     ids and everything else that is left to chance
    public Host(String datacenter, StateStore store, Consensus consensus, BlockingQueries queries,
            Forwarding forwarding, TokenResolver tokens, Time time, Chance chance) {
        this(datacenter, store, consensus, queries, forwarding, tokens, time, chance, AclConfig.DISABLED,
                ConnectConfig.OFF, GossipPools.NONE);
    }

    /// What a method does once it is clear that it does it here, and for whom.
    /// @param <Q> request
    /// @param <R> reply
    @FunctionalInterface
    public interface Work<Q, R> {
        /// Answers a call.
        /// @param request what was sent
        /// @param caller  who sent it
        /// @return the reply
        /// @throws RpcException         what the caller is told instead of a reply
        /// @throws InterruptedException when the caller went away
        R answer(Q request, Authorizer caller) throws RpcException, InterruptedException;
    }

    /// What a method refuses before it is sent on to another server.
    /// @param <Q> request
    @FunctionalInterface
    public interface Precheck<Q> {
        /// Lets a request pass.
        /// @param request what was sent
        /// @throws RpcException when it must not
        void check(Q request) throws RpcException;
    }

    /// Makes an endpoint that goes through all steps.
    /// @param method which
    /// @param work   what it does
    /// @param <Q>    request
    /// @param <R>    reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> endpoint(Method<Q, R> method, Work<Q, R> work) {
        return endpoint(method, _ -> { }, work);
    }

    /// Makes an endpoint that goes through all steps, and checks its request before them.
    /// @param method   which
    /// @param precheck what it checks first
    /// @param work     what it does
    /// @param <Q>      request
    /// @param <R>      reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> endpoint(Method<Q, R> method, Precheck<Q> precheck, Work<Q, R> work) {
        return new Endpoint<>(method, forwarding.toLeader(method, precheck),
                (request, _) -> work.answer(request, tokens.resolve(RequestFacts.of(request).token())));
    }

    /// Makes an endpoint that is answered by the server that gets the call.
    /// @param method which
    /// @param work   what it does
    /// @param <Q>    request
    /// @param <R>    reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> here(Method<Q, R> method, Work<Q, R> work) {
        return new Endpoint<>(method,
                (request, _) -> work.answer(request, tokens.resolve(RequestFacts.of(request).token())));
    }

    /// Makes an endpoint that any server of the datacenter answers, and that never asks for the token.
    /// @param method which
    /// @param work   what it does; its caller may do everything
    /// @param <Q>    request
    /// @param <R>    reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> anyServer(Method<Q, R> method, Work<Q, R> work) {
        return new Endpoint<>(method, forwarding.toDatacenter(method),
                (request, _) -> work.answer(request, Authorizer.EVERYTHING));
    }

    /// Makes an endpoint that never asks for the token.
    /// @param method which
    /// @param work   what it does; its caller may do everything
    /// @param <Q>    request
    /// @param <R>    reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> open(Method<Q, R> method, Work<Q, R> work) {
        return open(method, _ -> { }, work);
    }

    /// Makes an endpoint that never asks for the token, and checks its request before anything else.
    /// @param method   which
    /// @param precheck what it checks first
    /// @param work     what it does; its caller may do everything
    /// @param <Q>      request
    /// @param <R>      reply
    /// @return the endpoint
    public <Q, R> Endpoint<Q, R> open(Method<Q, R> method, Precheck<Q> precheck, Work<Q, R> work) {
        return new Endpoint<>(method, forwarding.toLeader(method, precheck),
                (request, _) -> work.answer(request, Authorizer.EVERYTHING));
    }

    /// {@return the datacenters that are known: the own one, then the others, nearest first}
    public List<String> datacenters() {
        var all = new ArrayList<String>();
        all.add(datacenter);
        all.addAll(forwarding.otherDatacenters());
        return List.copyOf(all);
    }

    /// Has a command applied.
    /// @param type    which command
    /// @param payload what it says
    /// @param <P>     payload
    /// @return its result
    /// @throws RpcException         when it was refused, with the text of the refusal, or could not be applied
    /// @throws InterruptedException when the caller went away; the command may still be applied
    public <P> Object apply(CommandType<P> type, P payload) throws RpcException, InterruptedException {
        return apply(type, payload, "");
    }

    /// Has a command applied whose refusals are told with some words before them.
    /// @param type    which command
    /// @param payload what it says
    /// @param prefix  stands before the text of a refusal
    /// @param <P>     payload
    /// @return its result
    /// @throws RpcException         when it was refused, or could not be applied
    /// @throws InterruptedException when the caller went away; the command may still be applied
    public <P> Object apply(CommandType<P> type, P payload, String prefix) throws RpcException, InterruptedException {
        var result = consensus.apply(type.with(payload));
        if (result instanceof RpcException refused) {
            throw new RpcException(prefix + refused.getMessage(), refused);
        }
        return result;
    }
}
