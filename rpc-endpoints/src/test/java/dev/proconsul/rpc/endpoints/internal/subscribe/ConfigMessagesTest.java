package dev.proconsul.rpc.endpoints.internal.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.events.ConfigEntryEvents;
import dev.proconsul.rpc.endpoints.internal.tables.ConfigEntryRow;
import dev.proconsul.rpc.structs.IndexedGenericConfigEntries;
import dev.proconsul.rpc.structs.RaftIndex;
import dev.proconsul.rpc.structs.proto.configentry.APIGatewayListenerProtocol;
import dev.proconsul.rpc.structs.proto.configentry.ConfigEntry;
import dev.proconsul.rpc.structs.proto.configentry.HTTPMatchMethod;
import dev.proconsul.rpc.structs.proto.configentry.HTTPPathMatchType;
import dev.proconsul.rpc.structs.proto.configentry.HeadersWithUnderscoresAction;
import dev.proconsul.rpc.structs.proto.configentry.IntentionAction;
import dev.proconsul.rpc.structs.proto.configentry.Kind;
import dev.proconsul.rpc.structs.proto.configentry.MeshGatewayMode;
import dev.proconsul.rpc.structs.proto.configentry.PathWithEscapedSlashesAction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Config entries as messages.
class ConfigMessagesTest {
    private static ConfigEntry message(Map<String, Object> tree) throws Exception {
        var entry = IndexedGenericConfigEntries.CODEC.fromJson(Map.of("Entries", List.of(tree))).entries().getFirst();
        return ConfigMessages.of(new ConfigEntryRow(entry, new RaftIndex(3, 7)));
    }

    @Test
    void resolversHaveDurationsMapsAndParts() throws Exception {
        var message = message(Map.of("Kind", "service-resolver", "Name", "web", "DefaultSubset", "v1",
                "ConnectTimeout", 15_500_000_000L,
                "Subsets", Map.of("v1", Map.of("Filter", "x == y", "OnlyPassing", true)),
                "Failover", Map.of("*", Map.of("Datacenters", List.of("dc2", "dc3"))),
                "LoadBalancer", Map.of("Policy", "ring_hash", "RingHashConfig", Map.of("MinimumRingSize", 1024),
                        "HashPolicies", List.of(Map.of("Field", "cookie", "CookieConfig", Map.of("TTL", 5))))));

        assertEquals(Kind.KindServiceResolver, message.getKind());
        assertEquals("web", message.getName());
        assertEquals(7, message.getRaftIndex().getModifyIndex());
        assertTrue(message.hasEnterpriseMeta());
        var resolver = message.getServiceResolver();
        assertEquals("v1", resolver.getDefaultSubset());
        assertEquals(15, resolver.getConnectTimeout().getSeconds());
        assertEquals(500_000_000, resolver.getConnectTimeout().getNanos());
        assertTrue(resolver.getSubsetsOrThrow("v1").getOnlyPassing());
        assertEquals(List.of("dc2", "dc3"), resolver.getFailoverOrThrow("*").getDatacentersList());
        assertEquals(1024, resolver.getLoadBalancer().getRingHashConfig().getMinimumRingSize());
        assertEquals(5, resolver.getLoadBalancer().getHashPolicies(0).getCookieConfig().getTTL().getNanos());
    }

    @Test
    void textsBecomeConstants() throws Exception {
        var defaults = message(Map.of("Kind", "service-defaults", "Name", "web", "Protocol", "http",
                "MeshGateway", Map.of("Mode", "local"))).getServiceDefaults();
        assertEquals(MeshGatewayMode.MeshGatewayModeLocal, defaults.getMeshGateway().getMode());

        var intentions = message(Map.of("Kind", "service-intentions", "Name", "web", "Sources", List.of(
                Map.of("Name", "api", "Action", "allow", "Precedence", 9), Map.of("Name", "*", "Action", "deny"))));
        assertEquals(IntentionAction.Allow, intentions.getServiceIntentions().getSources(0).getAction());
        assertEquals(9, intentions.getServiceIntentions().getSources(0).getPrecedence());
        assertEquals(IntentionAction.Deny, intentions.getServiceIntentions().getSources(1).getAction());

        var mesh = message(Map.of("Kind", "mesh", "HTTP", Map.of("Incoming", Map.of("RequestNormalization",
                Map.of("PathWithEscapedSlashesAction", "UNESCAPE_AND_FORWARD",
                        "HeadersWithUnderscoresAction", "REJECT_REQUEST")))));
        assertEquals("mesh", mesh.getName());
        var normal = mesh.getMeshConfig().getHTTP().getIncoming().getRequestNormalization();
        assertEquals(PathWithEscapedSlashesAction.PathWithEscapedSlashesActionUnescapeAndForward,
                normal.getPathWithEscapedSlashesAction());
        assertEquals(HeadersWithUnderscoresAction.HeadersWithUnderscoresActionRejectRequest,
                normal.getHeadersWithUnderscoresAction());

        var gateway = message(Map.of("Kind", "api-gateway", "Name", "g", "Listeners",
                List.of(Map.of("Name", "l", "Port", 80, "Protocol", "tcp"))));
        assertEquals(APIGatewayListenerProtocol.ListenerProtocolTCP,
                gateway.getAPIGateway().getListeners(0).getProtocol());

        var route = message(Map.of("Kind", "http-route", "Name", "r", "Rules", List.of(Map.of("Matches", List.of(
                Map.of("Method", "GET", "Path", Map.of("Match", "regex", "Value", "/x")))))));
        var match = route.getHTTPRoute().getRules(0).getMatches(0);
        assertEquals(HTTPMatchMethod.HTTPMatchMethodGet, match.getMethod());
        assertEquals(HTTPPathMatchType.HTTPPathMatchRegularExpression, match.getPath().getMatch());
        assertEquals("/x", match.getPath().getValue());
    }

    @Test
    void everyConstantIsFoundByItsText() {
        var keep = TreeMessages.constant(PathWithEscapedSlashesAction.getDescriptor(), "KEEP_UNCHANGED");
        assertEquals("PathWithEscapedSlashesActionKeep", keep.getName());
        assertEquals("PathWithEscapedSlashesActionDefault", TreeMessages.constant(
                PathWithEscapedSlashesAction.getDescriptor(), "IMPLEMENTATION_SPECIFIC_DEFAULT").getName());
        assertEquals("MeshGatewayModeDefault", TreeMessages.constant(MeshGatewayMode.getDescriptor(), "").getName());
        assertEquals("HTTPMatchMethodAll", TreeMessages.constant(HTTPMatchMethod.getDescriptor(), "").getName());
    }

    @Test
    void everyTopicWithAMessageHasAKindAndAField() {
        var names = ConfigEntryEvents.all().stream().map(Object::toString).filter(name -> !name.equals("IPRateLimit"))
                .toList();
        for (var name : names) {
            assertEquals("Kind" + name, Kind.valueOf("Kind" + name).name());
            assertTrue(ConfigEntry.getDescriptor().findFieldByName(name) != null, name);
        }
        assertEquals(14, names.size());
    }
}
