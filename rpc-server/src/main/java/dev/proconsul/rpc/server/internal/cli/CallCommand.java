package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul call`: one call, its reply as JSON.
final class CallCommand implements Command {
    private final CommandSpec spec = CommandSpec.create().name("call");

    CallCommand() {
        Help.of(spec, "Call a method of a server, and print its reply as JSON.",
                "The reply goes to standard output, errors to standard error. Byte strings are base64, durations "
                        + "nanoseconds or texts such as 1m30s. Options stand for fields of the request; what the request itself "
                        + "says wins.",
                "proconsul call Status.Leader",
                "proconsul call KVS.Get '{\"Key\":\"config/a\"}'",
                "proconsul call -server 10.0.0.1:8300 KVS.Apply @request.json");
        ConnectionOptions.declare(spec);
        Options.parameter(spec, "1", "Service.Method", "What to call, for example KVS.Get.");
        Options.parameter(spec, "0..1", "JSON|@FILE|-",
                "The request, a file that holds it, or - for standard input; fields that are not given are zero (default {}).");
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var method = MethodNames.find(args.matchedPositionalValue(0, ""));
        var options = ConnectionOptions.callOptions(args);
        ConnectionOptions.check(args);
        var tree = JsonText.parse("the request", requestText(args.matchedPositionalValue(1, "{}"), terminal));
        var prepared = Prepared.of(method, withOptions(method, tree, options));
        try (var client = ConnectionOptions.connect(args)) {
            terminal.out().println(JsonText.print(prepared.call(client)));
            terminal.checkWritten();
            return CommandLineTool.OK;
        }
    }

    private static String requestText(String argument, Terminal terminal) throws UsageError {
        if (argument.startsWith("@")) {
            return TextFile.read(argument.substring(1));
        }
        if (!argument.equals("-")) {
            return argument;
        }
        try {
            return new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageError("cannot read the request from standard input: " + e.getMessage());
        }
    }

    /// Options stand for fields; what the request says itself wins.
    private static @Nullable Object withOptions(Method<?, ?> method, @Nullable Object tree, CallOptions options)
            throws UsageError {
        if (!(tree instanceof Map<?, ?> members)) {
            return tree;
        }
        var all = new LinkedHashMap<String, @Nullable Object>();
        if (!options.datacenter().isEmpty()) {
            all.put("Datacenter", options.datacenter());
        }
        if (!options.token().isEmpty()) {
            all.put("Token", options.token());
        }
        switch (options.consistency()) {
            case LEADER -> {}
            case STALE -> all.put("AllowStale", true);
            case CONSISTENT -> all.put("RequireConsistent", true);
        }
        for (var field : all.keySet()) {
            if (!hasField(method.request().shape(), field)) {
                throw new UsageError("the request of " + method.name() + " has no field " + field
                        + ", which an option asks for");
            }
        }
        for (var member : members.entrySet()) {
            var name = String.valueOf(member.getKey());
            all.keySet().removeIf(name::equalsIgnoreCase); // fields are accepted in any case
            all.put(name, member.getValue());
        }
        return all;
    }

    private static boolean hasField(Shape shape, String name) {
        return shape instanceof Shape.Struct struct
                && struct.fields().stream().anyMatch(field -> field.name().equals(name));
    }

    /// A method with a request of its own type.
    private record Prepared<Q, R>(Method<Q, R> method, Q request) {
        static <Q, R> Prepared<Q, R> of(Method<Q, R> method, @Nullable Object tree) throws UsageError {
            try {
                return new Prepared<>(method, method.request().fromJson(tree));
            } catch (JsonShapeException e) {
                throw new UsageError("the request of " + method.name() + ": " + e.getMessage());
            }
        }

        @Nullable Object call(RpcClient client) throws CommandFailure, InterruptedException {
            try {
                return method.reply().toJson(client.call(method, request));
            } catch (CallException.Refused e) {
                throw new CommandFailure(e.where() + ": the server says: " + e.getMessage());
            } catch (CallException e) {
                throw new CommandFailure(e.getMessage());
            }
        }
    }
}
