package dev.proconsul.rpc.endpoints.internal.grpc;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers calls to what is not there in the words of a Go server.
///
/// Source: grpc-go `server.go`; `UNIMPLEMENTED`, `unknown service S` or `unknown method M for service S`.
public final class UnknownMethods extends HandlerRegistry {
    private final Set<String> services;

    /// Makes a registry.
    /// @param services names of what is there
    public UnknownMethods(Collection<String> services) {
        this.services = Set.copyOf(services);
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
        var method = MethodDescriptor.<InputStream, InputStream>newBuilder(Unread.INSTANCE, Unread.INSTANCE)
                .setType(MethodType.UNKNOWN)
                .setFullMethodName(methodName)
                .build();
        return ServerMethodDefinition.create(method, (call, _) -> {
            call.close(Status.UNIMPLEMENTED.withDescription(explain(methodName)), new Metadata());
            return new ServerCall.Listener<>() {};
        });
    }

    private String explain(String name) {
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return "malformed method name: \"/" + name + "\"";
        }
        var service = name.substring(0, slash);
        return services.contains(service)
                ? "unknown method " + name.substring(slash + 1) + " for service " + service
                : "unknown service " + service;
    }

    /// Nothing is read and nothing written.
    private enum Unread implements Marshaller<InputStream> {
        INSTANCE;

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return new ByteArrayInputStream(new byte[0]);
        }
    }
}
