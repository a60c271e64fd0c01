package dev.proconsul.rpc.endpoints.internal.mesh;

import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.endpoints.internal.Host;
import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.MeshCommands;
import dev.proconsul.rpc.endpoints.internal.tables.IntentionForms;
import dev.proconsul.rpc.structs.Intention;
import dev.proconsul.rpc.structs.IntentionMutation;
import dev.proconsul.rpc.structs.IntentionRequest;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.SourceIntention;
import dev.proconsul.rpc.structs.WireTime;
import org.jspecify.annotations.Nullable;

/// Writes single intentions: by id, the older way, or by the names of both sides.
///
/// @param host what it runs in
///
/// Source: Consul `agent/consul/intention_endpoint.go`.
record IntentionChanges(Host host) {
    String apply(IntentionRequest request, Authorizer caller) throws RpcException, InterruptedException {
        Mesh.unless(request.mutation() == null, "Mutation field is internal only and must not be set via RPC");
        var sent = request.intention();
        if (sent == null) {
            throw new RpcException("Intention must be specified on args");
        }
        Mesh.unless(sent.sourcePeer().isEmpty(),
                "SourcePeer field is not supported on this endpoint. Use config entries instead");
        var intention = sent
                .withSourceType(sent.sourceType().isEmpty() ? IntentionForms.CONSUL : sent.sourceType());
        return switch (request.op()) {
            case "create" -> create(request, intention, caller);
            case "update" -> update(request, intention, caller);
            case "upsert" -> upsert(request, intention, caller);
            case "delete" -> delete(request, intention, caller);
            default -> throw new RpcException("Invalid Intention operation: " + request.op());
        };
    }

    private static void requireWrite(Authorizer caller, Intention intention) throws RpcException {
        Mesh.unless(caller.may(Resource.INTENTION, Access.WRITE, intention.destinationName()), "Permission denied");
    }

    private String create(IntentionRequest request, Intention sent, Authorizer caller)
            throws RpcException, InterruptedException {
        Mesh.unless(sent.id().isEmpty(), "ID must be empty when creating a new intention");
        requireWrite(caller, sent);
        check(sent);
        var id = host.chance().uuid();
        var now = WireTime.of(host.time().instant());
        write(request, mutation(sent).withValue(
                source(sent.withId(id)).withLegacyCreateTime(now).withLegacyUpdateTime(now)));
        return id;
    }

    private String update(IntentionRequest request, Intention sent, Authorizer caller)
            throws RpcException, InterruptedException {
        var stored = IntentionReads.byId(host.store().current(), sent.id()).orElseThrow(
                () -> new RpcException("Cannot modify non-existent intention: '" + sent.id() + "'"));
        requireWrite(caller, sent);
        requireWrite(caller, stored);
        Mesh.unless(sent.destinationName().equals(stored.destinationName()),
                "cannot modify Destination partition/namespace/name of an intention once it exists");
        check(sent);
        write(request, mutation(sent).withId(sent.id()).withValue(source(sent)
                .withLegacyCreateTime(stored.createdAt())
                .withLegacyUpdateTime(WireTime.of(host.time().instant()))));
        return sent.id();
    }

    private String upsert(IntentionRequest request, Intention sent, Authorizer caller)
            throws RpcException, InterruptedException {
        Mesh.unless(sent.id().isEmpty(), "ID must not be specified");
        Mesh.unless(sent.meta().isEmpty(), "Meta must not be specified");
        requireWrite(caller, sent);
        check(sent);
        write(request, mutation(sent).withValue(source(sent)));
        return "";
    }

    private String delete(IntentionRequest request, Intention sent, Authorizer caller)
            throws RpcException, InterruptedException {
        if (sent.id().isEmpty()) {
            requireWrite(caller, sent);
            write(request, mutation(sent));
            return "";
        }
        var stored = IntentionReads.byId(host.store().current(), sent.id()).orElseThrow(
                () -> new RpcException("Cannot delete non-existent intention: '" + sent.id() + "'"));
        requireWrite(caller, stored);
        write(request, mutation(stored).withId(sent.id()));
        return sent.id();
    }

    private void write(IntentionRequest request, IntentionMutation mutation) throws RpcException, InterruptedException {
        host.apply(MeshCommands.INTENTION, request.withIntention(null).withMutation(mutation));
    }

    private static IntentionMutation mutation(Intention sent) {
        return IntentionMutation.ZERO.withDestination(new ServiceName(sent.destinationName()))
                .withSource(new ServiceName(sent.sourceName()));
    }

    private static SourceIntention source(Intention sent) {
        return SourceIntention.ZERO
                .withName(sent.sourceName())
                .withAction(sent.action())
                .withPermissions(sent.permissions())
                .withLegacyID(sent.id())
                .withType(sent.sourceType())
                .withDescription(sent.description())
                .withLegacyMeta(sent.meta());
    }

    private static void check(Intention sent) throws RpcException {
        problem(sent.sourceName().isEmpty() ? "SourceName must be set" : null);
        problem(sent.destinationName().isEmpty() ? "DestinationName must be set" : null);
        problem(isPartial(sent.sourceName()) ? "SourceName: wildcard character '*' cannot be used with partial values"
                : null);
        problem(isPartial(sent.destinationName())
                ? "DestinationName: wildcard character '*' cannot be used with partial values" : null);
        boolean decided = sent.action().equals("allow") || sent.action().equals("deny");
        problem(sent.permissions().isEmpty() && !decided ? "Action must be set to 'allow' or 'deny'" : null);
        problem(!sent.permissions().isEmpty() && !sent.action().isEmpty()
                ? "Action must not be set if Permissions are specified" : null);
        problem(sent.sourceType().equals(IntentionForms.CONSUL) ? null : "SourceType must be set to 'consul'");
    }

    private static boolean isPartial(String name) {
        return name.contains(IntentionForms.ANY) && !name.equals(IntentionForms.ANY);
    }

    /// As Consul tells one error of possibly several.
    private static void problem(@Nullable String text) throws RpcException {
        if (text != null) {
            throw new RpcException("1 error occurred:\n\t* " + text + "\n\n");
        }
    }
}
