package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The rows of the endpoint chapter, as stories in `src/test/resources/conformance`, called in this process.
///
/// Rows 1 to 54 are shown over sockets by tests of `rpc-server`, rows 55 to 62 by [EndpointBlockingTest].
class EndpointConformanceTest {
    private static final List<String> FILES = List.of("catalog.txt", "health.txt", "session.txt", "txn.txt",
            "query.txt", "operator.txt", "mesh.txt", "acl.txt");

    private static List<Scenario> stories() throws IOException {
        var stories = new ArrayList<Scenario>();
        for (var file : FILES) {
            stories.addAll(Scenario.read(file));
        }
        return stories;
    }

    @TestFactory
    Stream<DynamicTest> replays() throws IOException {
        return stories().stream().map(story -> DynamicTest.dynamicTest(
                story.name() + ": rows " + story.rows().stream().distinct().toList(), story::play));
    }

    @Test
    @DisplayName("Every row from 63 to 231 is told by some story, or stands here with the reason")
    void everyRowIsThere() throws IOException {
        var missing = new TreeSet<Integer>();
        for (int row = 63; row <= 231; row++) {
            missing.add(row);
        }
        stories().forEach(story -> missing.removeAll(story.rows()));
        var reasons = new TreeMap<Integer, String>();
        reasons.put(196, "AutoEncrypt.Sign on the other listener is shown by rpc-server");
        reasons.put(197, "Status.Ping on the TLS listener of byte 7 is shown by rpc-server");
        assertEquals(reasons.keySet(), missing);
    }
}
