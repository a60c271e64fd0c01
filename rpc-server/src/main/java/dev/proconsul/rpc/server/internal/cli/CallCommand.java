package dev.proconsul.rpc.server.internal.cli;

import dev.proconsul.rpc.client.CallException;
import dev.proconsul.rpc.client.CallOptions;
import dev.proconsul.rpc.client.RpcClient;
import dev.proconsul.rpc.structs.JsonShapeException;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import dev.proconsul.rpc.structs.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `proconsul call`: one call, its reply as JSON.
final class CallCommand implements Command {
    private final CommandSpec spec = CommandSpec.create().name("call");

    CallCommand() {
        spec.usageMessage().description(
                "Call a method of a server and print its reply as JSON. Byte strings are base64, durations nanoseconds.");
        ConnectionOptions.declare(spec);
        spec.addPositional(PositionalParamSpec.builder().index("0").arity("1").paramLabel("Service.Method").type(String.class)
                .description("What to call, for example KVS.Get.").build());
        spec.addPositional(PositionalParamSpec.builder().index("1").arity("0..1").paramLabel("JSON|@FILE|-").type(String.class)
                .description("The request; fields that are not given are zero (default {}).").build());
    }

    @Override
    public CommandSpec spec() {
        return spec;
    }

    @Override
    public int run(ParseResult args, Terminal terminal) throws UsageError, CommandFailure, InterruptedException {
        var name = args.matchedPositionalValue(0, "");
        var method = Methods.named(name).orElseThrow(() -> new UsageError("there is no method " + name
                + Nearest.suggestion(name, Methods.all().stream().map(Method::name).toList())));
        var tree = JsonText.parse("the request", requestText(args.matchedPositionalValue(1, "{}"), terminal));
        var prepared = Prepared.of(method, withOptions(method, tree, ConnectionOptions.callOptions(args)));
        try (var client = ConnectionOptions.connect(args)) {
            terminal.out().println(JsonText.print(prepared.call(client)));
            return CommandLineTool.OK;
        }
    }

    private static String requestText(String argument, Terminal terminal) throws UsageError {
        try {
            if (argument.equals("-")) {
                return new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8);
            }
            return argument.startsWith("@") ? Files.readString(Path.of(argument.substring(1))) : argument;
        } catch (NoSuchFileException e) {
            throw new UsageError("there is no file " + argument.substring(1));
        } catch (IOException e) {
            throw new UsageError("cannot read the request from " + argument + ": " + e.getMessage());
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
                throw new UsageError("the request of " + method.name() + " has no field " + field + ", which an option sets");
            }
        }
        members.forEach((key, value) -> all.put(String.valueOf(key), value));
        return all;
    }

    private static boolean hasField(Shape shape, String name) {
        return shape instanceof Shape.Struct struct && struct.fields().stream().anyMatch(field -> field.name().equals(name));
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
                throw new CommandFailure(method.name() + ": the server says: " + e.getMessage());
            } catch (CallException e) {
                throw new CommandFailure(e.getMessage()
                        + "; if the port is right, is it the server RPC port of a Consul server (8300), without TLS?");
            }
        }
    }
}
