package dev.proconsul.rpc.endpoints.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
            "query.txt", "operator.txt");

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
    @DisplayName("Every row from 63 to 195 is told by some story (of 195 the half that is no topology)")
    void everyRowIsThere() throws IOException {
        var missing = new TreeSet<Integer>();
        for (int row = 63; row <= 195; row++) {
            missing.add(row);
        }
        stories().forEach(story -> missing.removeAll(story.rows()));
        assertEquals(new TreeSet<>(), missing);
    }
}
