package dev.proconsul.rpc.bench;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.DirEntry;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.KVOp;
import dev.proconsul.rpc.structs.KVSRequest;
import dev.proconsul.rpc.structs.KeyRequest;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.RegisterRequest;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// What the `store` scenario stores. Every request has texts of its own, as one from the wire has.
///
/// ```
///   KV        apps/00042/settings/17      128 bytes; 100 keys below each apps/N/settings/
///   nodes     node-00042                  three checks: one of the node, one of each of two services
///   services  service-0042                five instances on a node, fifty of a service
/// ```
final class StoreData {
    static final int UNDER_PREFIX = 100;
    static final int SERVICES_OF_NODE = 5;
    static final int INSTANCES = 50;
    private static final int CHECKED_SERVICES = 2;
    private static final int VALUE_BYTES = 128;

    private StoreData() {}

    static String key(int entry) {
        return prefix(entry / UNDER_PREFIX) + digits(entry % UNDER_PREFIX, 2);
    }

    static String prefix(int app) {
        return "apps/" + digits(app, 5) + "/settings/";
    }

    static String service(int service) {
        return "service-" + digits(service, 4);
    }

    /// Faster than a format, which would cost more than the write.
    private static String digits(int number, int width) {
        var text = Integer.toString(number);
        return "0".repeat(Math.max(0, width - text.length())) + text;
    }

    /// {@return a write}
    /// @param number makes the value another one: a write of what is there already is none
    static KVSRequest put(String key, int number) {
        var value = ByteBuffer.allocate(VALUE_BYTES).putInt(0, number).array();
        return KVSRequest.ZERO.withOp(KVOp.SET).withDirEnt(DirEntry.ZERO.withKey(key).withValue(Bytes.of(value)));
    }

    static KeyRequest read(String key) {
        return KeyRequest.ZERO.withKey(key);
    }

    static ServiceSpecificRequest instancesOf(int service) {
        return ServiceSpecificRequest.ZERO.withServiceName(service(service));
    }

    /// {@return the service that is the `slot`-th on a node}
    /// @param services how many there are
    static int serviceAt(int node, int slot, int services) {
        return (node * SERVICES_OF_NODE + slot) % services;
    }

    /// Registers one service on a node; with the first of them come the node and its checks.
    ///
    /// @param port what may change
    static RegisterRequest register(int node, int slot, int services, int port) {
        var checks = new ArrayList<HealthCheck>();
        if (slot == 0) {
            checks.add(check(node, "serfHealth", ""));
        }
        if (slot < CHECKED_SERVICES) {
            checks.add(check(node, "check-" + instance(node, slot, services), instance(node, slot, services)));
        }
        return RegisterRequest.ZERO.withNode(name(node)).withAddress(address(node))
                .withService(NodeService.ZERO.withId(instance(node, slot, services))
                        .withService(service(serviceAt(node, slot, services))).withTags(List.of("v1", "zone-a"))
                        .withAddress(address(node)).withPort(port))
                .withChecks(checks);
    }

    private static HealthCheck check(int node, String id, String instance) {
        return HealthCheck.ZERO.withNode(name(node)).withCheckID(id).withName(id).withStatus("passing")
                .withOutput("TCP connect to " + address(node) + ": success").withServiceID(instance);
    }

    private static String name(int node) {
        return "node-" + digits(node, 5);
    }

    private static String address(int node) {
        return "10." + node / 65_536 + "." + node / 256 % 256 + "." + node % 256;
    }

    private static String instance(int node, int slot, int services) {
        return service(serviceAt(node, slot, services)) + "-1";
    }
}
