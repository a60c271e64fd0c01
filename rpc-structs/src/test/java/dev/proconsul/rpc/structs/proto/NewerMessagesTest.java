package dev.proconsul.rpc.structs.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.proconsul.rpc.structs.proto.configentry.ConfigEntry;
import dev.proconsul.rpc.structs.proto.configentry.Kind;
import dev.proconsul.rpc.structs.proto.configentry.ServiceDefaults;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Messages that Consul 1.10 does not have, so that nothing of them was recorded: their bytes are worked out by hand.
class NewerMessagesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void anEventCarriesAConfigurationEntry() throws InvalidProtocolBufferException {
        var entry = ConfigEntry.newBuilder().setKind(Kind.KindServiceDefaults).setName("web")
                .setServiceDefaults(ServiceDefaults.newBuilder().setProtocol("http"));
        var event = Event.newBuilder().setIndex(7).setConfigEntry(
                ConfigEntryUpdate.newBuilder().setOp(ConfigEntryUpdate.UpdateOp.Delete).setConfigEntry(entry)).build();
        var bytes = "0807" + "5a13" + "0801" + "120f" + "0805" + "1203776562" + "4a06" + "0a0468747470";

        assertEquals(bytes, HEX.formatHex(event.toByteArray()));
        assertEquals(event, Event.parseFrom(HEX.parseHex(bytes)));
    }

    @Test
    void rootsSayWhichOfThemSigns() throws InvalidProtocolBufferException {
        var roots = CARoots.newBuilder().setActiveRootID("a").setTrustDomain("t").addRoots(CARoot.newBuilder()
                .setID("a").setActive(true).setNotAfter(Timestamp.newBuilder().setSeconds(1))).build();
        var bytes = "0a0161" + "120174" + "1a09" + "0a0161" + "3a020801" + "6001";

        assertEquals(bytes, HEX.formatHex(roots.toByteArray()));
        assertEquals(roots, CARoots.parseFrom(HEX.parseHex(bytes)));
    }

    @Test
    void instancesComeWithTheirIndex() throws InvalidProtocolBufferException {
        var instances = IndexedCheckServiceNodes.newBuilder().setIndex(7)
                .addNodes(CheckServiceNode.newBuilder().setNode(Node.newBuilder().setNode("n"))).build();
        var bytes = "0807" + "1205" + "0a03" + "12016e";

        assertEquals(bytes, HEX.formatHex(instances.toByteArray()));
        assertEquals(instances, IndexedCheckServiceNodes.parseFrom(HEX.parseHex(bytes)));
    }

    @Test
    void filteringByAclsIsTheSeventhFieldOfQueryMeta() {
        assertEquals("0805" + "3801",
                HEX.formatHex(QueryMeta.newBuilder().setIndex(5).setResultsFilteredByACLs(true).build().toByteArray()));
    }
}
