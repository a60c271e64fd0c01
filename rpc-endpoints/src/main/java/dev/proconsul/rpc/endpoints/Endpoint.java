package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.DecodeLimits;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.MsgpackReader;
import dev.proconsul.rpc.structs.MsgpackWriter;
import java.io.IOException;

/// A method and what answers it.
///
/// @param method   name and types
/// @param dispatch lets another server answer calls that are not for this one
/// @param handler  answers the others
/// @param <Q>      request
/// @param <R>      reply
public record Endpoint<Q, R>(Method<Q, R> method, Dispatch<Q> dispatch, MethodHandler<Q, R> handler) {
    /// Makes an endpoint that answers every call here.
    /// @param method  name and types
    /// @param handler answers its calls
    public Endpoint(Method<Q, R> method, MethodHandler<Q, R> handler) {
        this(method, Dispatch.here(), handler);
    }

    /// Has a call from this process answered, here or by the server that it is for.
    ///
    /// @param request what to ask
    /// @param context who asks
    /// @return the reply
    /// @throws RpcException         what the caller is told instead of a reply
    /// @throws InterruptedException when the call was cancelled
    public R call(Q request, CallContext context) throws RpcException, InterruptedException {
        var elsewhere = dispatch.elsewhere(request, () -> encoded(request));
        return elsewhere.isPresent() ? decoded(elsewhere.get()) : handler.handle(request, context);
    }

    /// {@return a request as one msgpack value}
    /// @param request which
    byte[] encoded(Q request) {
        var out = new MsgpackWriter();
        method.request().encode(request, out);
        return out.toByteArray();
    }

    private R decoded(byte[] reply) throws RpcException {
        try {
            return method.reply().decode(MsgpackReader.of(reply, DecodeLimits.DEFAULT));
        } catch (IOException e) {
            throw new RpcException("rpc error making call: " + e.getMessage(), e);
        }
    }
}
