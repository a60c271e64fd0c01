package dev.proconsul.rpc.client.internal.view;

import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.critical;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.gone;
import static dev.proconsul.rpc.client.internal.view.ScriptedStreams.there;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.proconsul.rpc.client.WatchOptions;
import dev.proconsul.rpc.structs.CheckServiceNode;
import dev.proconsul.rpc.structs.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthViewTest {
    private final HealthView view = new HealthView(instance -> instance.checks().stream()
            .allMatch(check -> check.status().equals("passing")), 2);

    private List<String> names() {
        return view.value().stream().map(instance -> instance.node().node() + "/" + instance.service().id()).toList();
    }

    @Test
    void leavesOutWhatDoesNotMeetTheFilterAnyMore() throws Exception {
        view.update(List.of(there("n1", "w1"), critical("n2", "w2")));
        assertEquals(List.of("n1/w1"), names());
        view.update(List.of(critical("n1", "w1"), there("n2", "w2")));
        assertEquals(List.of("n2/w2"), names());
        view.reset();
        assertEquals(List.of(), names());
    }

    @Test
    void tellsNamesApartAsTheCatalogDoes() throws Exception {
        view.update(List.of(there("n1", "w1")));
        view.update(List.of(there("N1", "W1")));
        assertEquals(List.of("N1/W1"), names());
        view.update(List.of(gone("n1", "w1")));
        assertEquals(List.of(), names());
    }

    @Test
    void holdsNoMoreThanItsLimit() throws Exception {
        view.update(List.of(there("n1", "a"), there("n1", "b"), gone("n1", "a"), there("n1", "c")));
        assertThrows(UnexpectedEvent.class, () -> view.update(List.of(there("n1", "d"))));
    }

    @Test
    void collectsNoMoreThanItsLimit() throws Exception {
        var rules = new ViewRules<>(view, WatchOptions.DEFAULT, 2);
        rules.opened();
        rules.take(ScriptedStreams.changes(5, there("n1", "a"), there("n1", "a")));

        assertThrows(UnexpectedEvent.class, () -> rules.take(ScriptedStreams.changes(5, there("n1", "a"))));
        assertEquals(0, rules.index());
    }

    @Test
    void refusesInstancesWithoutNodeOrService() {
        var nobody = new CheckServiceNode(null, null, List.of());
        var nothing = new CheckServiceNode(Node.ZERO, null, List.of());
        assertThrows(UnexpectedEvent.class, () -> view.update(List.of(new ViewEvent.Instance(false, nobody))));
        assertThrows(UnexpectedEvent.class, () -> view.update(List.of(new ViewEvent.Instance(true, nothing))));
    }
}
