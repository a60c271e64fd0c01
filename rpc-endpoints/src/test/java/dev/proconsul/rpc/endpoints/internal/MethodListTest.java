package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.Endpoint;
import dev.proconsul.rpc.endpoints.EndpointTable;
import dev.proconsul.rpc.structs.Method;
import dev.proconsul.rpc.structs.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every method is served, or left out for a reason, and `docs/endpoints.md` says which.
class MethodListTest {
    private static final Services SERVICES = new Services(new TestHost().host);
    private static final List<Endpoint<?, ?>> ROWS = SERVICES.rows();
    private static final List<Method<?, ?>> SERVED = EndpointTable.of(Stream.concat(ROWS.stream(),
            SERVICES.insecureRows().stream()).toList()).methods();

    @Test
    void thePageIsTrue() throws IOException {
        var page = Path.of("").toAbsolutePath();
        while (!Files.exists(page.resolve("docs/state.md"))) {
            page = page.getParent();
        }
        page = page.resolve("docs/endpoints.md");
        if ("write".equals(System.getProperty("proconsul.docs"))) {
            Files.writeString(page, MethodList.text(SERVED));
        }
        assertEquals(MethodList.text(SERVED), Files.readString(page));
    }

    @Test
    void nothingIsServedAndLeftOut() {
        for (var method : SERVED) {
            assertEquals(Optional.empty(), LeftOut.reason(method), method.name());
        }
    }

    @Test
    void whatIsLeftOutIsAnsweredAsUnknown() {
        var table = EndpointTable.of(ROWS);
        for (var method : Methods.all()) {
            if (!SERVED.contains(method)) {
                var found = table.find(method.name());
                var missing = (EndpointTable.Lookup.Missing) found;
                assertTrue(missing.error().startsWith("rpc: can't find "), missing.error());
            }
        }
    }
}
