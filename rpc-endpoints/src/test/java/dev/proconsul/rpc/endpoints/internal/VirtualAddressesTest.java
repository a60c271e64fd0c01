package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.proconsul.rpc.structs.Bytes;
import dev.proconsul.rpc.structs.Catalog;
import dev.proconsul.rpc.structs.PeeredServiceName;
import dev.proconsul.rpc.structs.ServiceName;
import dev.proconsul.rpc.structs.ServiceSpecificRequest;
import dev.proconsul.rpc.structs.ServiceVirtualIP;
import dev.proconsul.rpc.structs.SnapshotHeader;
import dev.proconsul.rpc.structs.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VirtualAddressesTest {
    private final TestHost test = new TestHost();

    private String addressOf(String service) throws Exception {
        return test.call(Catalog.VIRTUAL_IP_FOR_SERVICE, ServiceSpecificRequest.ZERO.withServiceName(service));
    }

    @Test
    @DisplayName("there are none, but for those that a restored snapshot has")
    void tellsThoseOfASnapshot() throws Exception {
        assertEquals("", addressOf("web"));
        var out = new ByteArrayOutputStream();
        var writer = new SnapshotWriter(new SnapshotHeader(9), out);
        writer.write(32, ServiceVirtualIP.CODEC, ServiceVirtualIP.ZERO.withIp(Bytes.of(new byte[] {0, 0, 1, 2}))
                .withService(new PeeredServiceName(new ServiceName("web"), "")));
        writer.flush();
        test.store.restore(new ByteArrayInputStream(out.toByteArray()));
        assertEquals("240.0.1.2", addressOf("Web"));
        assertEquals("", addressOf("api"));
    }
}
