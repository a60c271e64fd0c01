package dev.proconsul.rpc.endpoints.internal;

import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.Shape;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;

/// The text of `docs/endpoints.md`: all methods there are, made from their descriptors.
final class MethodList {
    private static final String HEAD = """
            # The methods

            Made from the method descriptors of `rpc-structs` and from the endpoints of `rpc-endpoints`; a test keeps it true.
            `mvn -pl rpc-endpoints -am test -Dtest=MethodListTest -Dsurefire.failIfNoSpecifiedTests=false
            -Dproconsul.docs=write` writes it anew.

            A method that is left out is answered as Consul answers a method that it does not have: `rpc: can't find method`
            or `rpc: can't find service`.
            """;

    private MethodList() {}

    static String text(Collection<Method<?, ?>> served) {
        var names = new HashSet<String>();
        served.forEach(method -> names.add(method.name()));
        var text = new StringBuilder(HEAD);
        var all = Methods.all();
        text.append("\n").append(served.size()).append(" of ").append(all.size()).append(" methods are served.\n");
        for (var service : all.stream().map(Method::service).distinct().sorted().toList()) {
            var methods = all.stream().filter(method -> method.service().equals(service)).toList();
            text.append("\n## ").append(service).append("\n\n| Method | Request → reply | Access | Served |\n|---|---|---|---|\n");
            methods.forEach(method -> text.append(row(method, names)));
        }
        return text.toString();
    }

    private static String row(Method<?, ?> method, Collection<String> served) {
        var access = method.access() == Method.Access.WRITE ? "write" : method.blocking() ? "read, blocking" : "read";
        var state = served.contains(method.name()) ? "yes"
                : "no: " + LeftOut.reason(method).orElseThrow(() ->
                        new IllegalStateException(method + " is neither served nor left out for a reason"));
        return "| `" + method.name() + "` | `" + name(method.request().shape()) + "` → `"
                + name(method.reply().shape()) + "` | "
                + access + " | " + state + " |\n";
    }

    private static String name(Shape shape) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar.name().toLowerCase(Locale.ROOT);
            case Shape.ListOf(Shape element) -> "[" + name(element) + "]";
            case Shape.Pointer(Shape value) -> name(value);
            default -> shape.toString();
        };
    }
}
