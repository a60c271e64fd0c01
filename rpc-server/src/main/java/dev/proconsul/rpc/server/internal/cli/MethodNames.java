package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import java.util.stream.Collectors;

/// Finds a method by its name, or says which were meant.
final class MethodNames {
    private MethodNames() {}

    static Method<?, ?> find(String name) throws UsageError {
        var method = Methods.named(name);
        if (method.isPresent()) {
            return method.get();
        }
        throw new UsageError("there is no method '" + name + "'" + hint(name));
    }

    private static String hint(String name) {
        var near = Nearest.suggestion(name, Methods.all().stream().map(Method::name).toList());
        if (!near.isEmpty()) {
            return near;
        }
        int dot = name.lastIndexOf('.');
        var service = dot < 0 ? name : name.substring(0, dot);
        var own = Methods.all().stream().filter(method -> method.service().equalsIgnoreCase(service))
                .map(Method::name).sorted().collect(Collectors.joining(", "));
        if (!own.isEmpty()) {
            return "; known there: " + own;
        }
        return Methods.all().stream().map(Method::service).distinct().sorted()
                .collect(Collectors.joining(", ", "; expected Service.Method, with a service of ", ""));
    }
}
