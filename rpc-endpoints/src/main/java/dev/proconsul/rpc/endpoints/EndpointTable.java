package dev.proconsul.rpc.endpoints;

import dev.proconsul.rpc.api.CallContext;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.structs.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Method names and their endpoints. Immutable.
public final class EndpointTable {
    private final Map<String, Endpoint<?, ?>> endpoints;
    private final Set<String> services = new HashSet<>();

    private EndpointTable(Collection<Endpoint<?, ?>> rows) {
        var byName = new HashMap<String, Endpoint<?, ?>>();
        for (var row : rows) {
            var name = row.method().name();
            if (byName.put(name, row) != null) {
                throw new IllegalArgumentException("two endpoints for " + name);
            }
            services.add(serviceOf(name));
        }
        endpoints = Map.copyOf(byName);
    }

    /// Makes a table.
    /// @param rows the endpoints, each method once
    /// @return the table
    /// @throws IllegalArgumentException when a method comes twice
    public static EndpointTable of(Collection<Endpoint<?, ?>> rows) {
        return new EndpointTable(List.copyOf(rows));
    }

    /// What a name leads to.
    public sealed interface Lookup {
        /// An endpoint.
        /// @param endpoint which
        record Found(Endpoint<?, ?> endpoint) implements Lookup {}

        /// Nothing.
        /// @param error what the caller is told
        record Missing(String error) implements Lookup {}
    }

    /// Finds an endpoint.
    ///
    /// @param serviceMethod `Service.Method` as it came over the wire; service and method meet at the last dot
    /// @return the endpoint, or the exact text of Consul's error
    public Lookup find(String serviceMethod) {
        var endpoint = endpoints.get(serviceMethod);
        if (endpoint != null) {
            return new Lookup.Found(endpoint);
        }
        if (serviceMethod.lastIndexOf('.') < 0) {
            return new Lookup.Missing("rpc: service/method request ill-formed: " + serviceMethod);
        }
        boolean known = services.contains(serviceOf(serviceMethod));
        return new Lookup.Missing("rpc: can't find " + (known ? "method " : "service ") + serviceMethod);
    }

    /// Calls a method in this process: the same way as over the wire, to another server if that is to answer, but without
    /// socket, bytes or copies where this one does.
    ///
    /// @param method  which
    /// @param request what to ask
    /// @param <Q>     request
    /// @param <R>     reply
    /// @return the reply
    /// @throws RpcException         when the method refuses, or is not in this table
    /// @throws InterruptedException when the caller was interrupted
    public <Q, R> R call(Method<Q, R> method, Q request) throws RpcException, InterruptedException {
        return switch (find(method.name())) {
            case Lookup.Missing(String error) -> throw new RpcException(error);
            case Lookup.Found(Endpoint<?, ?> endpoint) -> typed(endpoint, method).call(request, CallContext.IN_PROCESS);
        };
    }

    @SuppressWarnings("unchecked") // descriptors are constants: the same object means the same types
    private static <Q, R> Endpoint<Q, R> typed(Endpoint<?, ?> endpoint, Method<Q, R> method) {
        if (endpoint.method() != method) {
            throw new IllegalArgumentException(method.name() + " is served under another descriptor of the same name");
        }
        return (Endpoint<Q, R>) endpoint;
    }

    /// {@return the methods of this table, sorted by name}
    public List<Method<?, ?>> methods() {
        var methods = new ArrayList<Method<?, ?>>();
        endpoints.values().forEach(endpoint -> methods.add(endpoint.method()));
        methods.sort((a, b) -> a.name().compareTo(b.name()));
        return methods;
    }

    private static String serviceOf(String serviceMethod) {
        return serviceMethod.substring(0, Math.max(0, serviceMethod.lastIndexOf('.')));
    }
}
