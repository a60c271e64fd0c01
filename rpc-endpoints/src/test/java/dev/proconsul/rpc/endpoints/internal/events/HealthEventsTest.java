package dev.proconsul.rpc.endpoints.internal.events;

import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH;
import static dev.proconsul.rpc.endpoints.internal.events.HealthEvents.SERVICE_HEALTH_CONNECT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.endpoints.internal.acl.Access;
import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import dev.proconsul.rpc.endpoints.internal.acl.Resource;
import dev.proconsul.rpc.endpoints.internal.commands.Commands;
import dev.proconsul.rpc.structs.ConnectProxyConfig;
import dev.proconsul.rpc.structs.HealthCheck;
import dev.proconsul.rpc.structs.Node;
import dev.proconsul.rpc.structs.NodeService;
import dev.proconsul.rpc.structs.ServiceConnect;
import dev.proconsul.rpc.structs.TxnNodeOp;
import dev.proconsul.rpc.structs.TxnOp;
import dev.proconsul.rpc.structs.TxnRequest;
import dev.proconsul.rpc.structs.TxnServiceOp;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What commits mean for those who have subscribed to the health of services.
class HealthEventsTest {
    private final Stage stage = new Stage();

    private static NodeService sidecar(String id, String of) {
        return Stage.service(id, of + "-proxy").withKind("connect-proxy")
                .withProxy(ConnectProxyConfig.ZERO.withDestinationServiceName(of));
    }

    @Test
    @DisplayName("S1: index 0, two instances: two events, EndOfSnapshot, the same index")
    void beginsWithASnapshot() throws Exception {
        stage.register("n1", "w1", "web");
        long last = stage.register("n2", "w2", "web");

        stage.subscribe(SERVICE_HEALTH, "web").expect(last + " +n1/w1", last + " +n2/w2", last + " end of snapshot");
    }

    @Test
    @DisplayName("S2: index 0, unknown service: only EndOfSnapshot")
    void beginsWithNothing() throws Exception {
        stage.subscribe(SERVICE_HEALTH, "web").expect("1 end of snapshot");
        long last = stage.register("n1", "w1", "other");

        stage.subscribe(SERVICE_HEALTH, "db").expect(last + " end of snapshot");
    }

    @Test
    @DisplayName("S6: node check change, two instances of the service on the node: one batch of two")
    void checksOfNodesConcernAllInstances() throws Exception {
        stage.register("n1", "w1", "web");
        stage.register("n1", "w2", "web");
        stage.register("n1", "d1", "db");
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        web.news();

        long changed = stage.check("n1", "mem", "critical", "");

        web.expect(changed + " +n1/w1 mem=critical, +n1/w2 mem=critical");
    }

    @Test
    @DisplayName("S7: node deregistered: one batch of deregistrations, nodes with name only")
    void nodesTakeTheirInstancesAlong() throws Exception {
        stage.register("n1", "w1", "web");
        stage.register("n1", "w2", "web");
        stage.check("n1", "mem", "passing", "");
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        web.news();

        long gone = stage.deregister("n1");
        stage.publisher.work();

        var changes = (Delivery.Changes) web.subscription.poll();
        assertEquals(gone + " -n1/w1, -n1/w2", Stage.text(changes));
        assertEquals(Node.ZERO.withNode("n1"), ((Payload.Health) changes.payloads().getFirst()).instance().node());
    }

    @Test
    @DisplayName("S20: sidecar of web changes: event on ServiceHealthConnect, subject web")
    void proxiesStandForWhatIsBehindThem() throws Exception {
        var mesh = stage.subscribe(SERVICE_HEALTH_CONNECT, "web");
        mesh.news();

        stage.register("n1", "w1", "web");
        long made = stage.register("n1", sidecar("p1", "web"));
        long changed = stage.check("n1", "p", "warning", "p1");
        long gone = stage.deregister("n1", "p1");

        mesh.expect(made + " +n1/p1", changed + " +n1/p1 p=warning", gone + " -n1/p1");
    }

    @Test
    @DisplayName("S21: proxy destination changes from web to api: Deregister under web, Register under api")
    void proxiesChangeSides() throws Exception {
        stage.register("n1", sidecar("p1", "web"));
        var web = stage.subscribe(SERVICE_HEALTH_CONNECT, "web");
        var api = stage.subscribe(SERVICE_HEALTH_CONNECT, "api");
        web.news();
        api.news();

        long changed = stage.register("n1", sidecar("p1", "api"));

        web.expect(changed + " -n1/p1");
        api.expect(changed + " +n1/p1");
    }

    @Test
    void instancesThatSpeakTheMeshStandForThemselves() throws Exception {
        stage.register("n1", Stage.service("w1", "web").withConnect(ServiceConnect.ZERO.withNativeValue(true)));
        var mesh = stage.subscribe(SERVICE_HEALTH_CONNECT, "web");
        mesh.expect("11 +n1/w1", "11 end of snapshot");

        long left = stage.register("n1", "w1", "web");

        mesh.expect(left + " -n1/w1");
    }

    @Test
    @DisplayName("S22: service WEB registered, subscribed to web: delivered")
    void namesIgnoreCase() throws Exception {
        long made = stage.register("n1", "w1", "WEB");
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        web.expect(made + " +n1/w1", made + " end of snapshot");

        long changed = stage.check("n1", "c", "critical", "w1");

        web.expect(changed + " +n1/w1 c=critical");
    }

    @Test
    void instancesChangeTheirName() throws Exception {
        stage.register("n1", "i", "old");
        var old = stage.subscribe(SERVICE_HEALTH, "old");
        var next = stage.subscribe(SERVICE_HEALTH, "new");
        old.news();
        next.news();

        long renamed = stage.register("n1", "i", "new");

        old.expect(renamed + " -n1/i");
        next.expect(renamed + " +n1/i");
    }

    @Test
    void nodesAndChecksOfServicesConcernTheirInstances() throws Exception {
        stage.register("n1", "w1", "web");
        stage.register("n2", "w2", "web");
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        web.news();

        long moved = stage.node("n1", "10.0.0.9");
        long checked = stage.check("n2", "c", "passing", "w2");
        long moot = stage.node("n1", "10.0.0.9");
        stage.register("n3", "d1", "db");
        long unchecked = stage.apply(Commands.DEREGISTER.with(
                dev.proconsul.rpc.structs.DeregisterRequest.ZERO.withNode("n2").withCheckID("c")));

        web.expect(moved + " +n1/w1", checked + " +n2/w2 c=passing", unchecked + " +n2/w2");
        assertEquals(moot, checked + 1);
    }

    @Test
    void aTransactionIsOneStep() throws Exception {
        stage.node("n1", "10.0.0.1");
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        var db = stage.subscribe(SERVICE_HEALTH, "db");
        web.news();
        db.news();

        long done = stage.apply(Commands.TXN.with(TxnRequest.ZERO.withOps(List.of(set("w1", "web"), set("d1", "db"),
                set("w2", "web"), TxnOp.ZERO.withNode(new TxnNodeOp("set",
                        Node.ZERO.withNode("n1").withAddress("10.0.0.2")))))));

        web.expect(done + " +n1/w1, +n1/w2");
        db.expect(done + " +n1/d1");
    }

    private static TxnOp set(String id, String name) {
        return TxnOp.ZERO.withService(new TxnServiceOp("set", "n1", Stage.service(id, name)));
    }

    @Test
    void instancesWithChecksAreOneEvent() throws Exception {
        var web = stage.subscribe(SERVICE_HEALTH, "web");
        web.news();

        long made = stage.register("n1", Stage.service("w1", "web"),
                HealthCheck.ZERO.withNode("n1").withCheckID("n").withStatus("passing"),
                HealthCheck.ZERO.withNode("n1").withCheckID("s").withStatus("warning").withServiceID("w1"));

        web.expect(made + " +n1/w1 n=passing s=warning");
    }

    @Test
    @DisplayName("S11: token without rights: EndOfSnapshot only. S12: batch with one unreadable item: without it")
    void leavesOutWhatMustNotBeSeen() throws Exception {
        stage.register("n1", "w1", "web");
        stage.register("n2", "w2", "web");
        var none = stage.subscribe(SERVICE_HEALTH, "web");
        none.caller = seeing(Set.of());
        var some = stage.subscribe(SERVICE_HEALTH, "web");
        some.caller = seeing(Set.of("n1"));

        none.expect(stage.index + " end of snapshot");
        some.expect(stage.index + " +n1/w1", stage.index + " end of snapshot");

        long done = stage.apply(Commands.TXN.with(TxnRequest.ZERO.withOps(List.of(
                TxnOp.ZERO.withNode(new TxnNodeOp("set", Node.ZERO.withNode("n1").withAddress("10.0.0.2"))),
                TxnOp.ZERO.withNode(new TxnNodeOp("set", Node.ZERO.withNode("n2").withAddress("10.0.0.3")))))));
        none.expect();
        some.expect(done + " +n1/w1");
    }

    private static Authorizer seeing(Set<String> nodes) {
        return new Authorizer() {
            @Override
            public boolean may(Resource resource, Access access, String name) {
                return resource != Resource.NODE || nodes.contains(name);
            }

            @Override
            public boolean mayAll(Resource resource, Access access, String prefix) {
                return false;
            }

            @Override
            public String accessor() {
                return "";
            }
        };
    }
}
