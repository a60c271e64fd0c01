package dev.proconsul.rpc.endpoints.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.proconsul.rpc.endpoints.internal.tables.KvTable;
import dev.proconsul.rpc.endpoints.internal.tables.TombstoneTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What deletes leave behind, what it does to indexes, and when it goes.
class TombstoneTest {
    private final Scene scene = new Scene();

    @Test
    void aDeleteUnderAPrefixRaisesItsIndexAndNoOther() {
        long other = scene.set("u/x", "1");
        scene.set("t/a", "1");
        scene.set("t/b", "1");
        long deleted = scene.delete("t/a");
        assertEquals(deleted, scene.list("t/").index());
        assertEquals(other, scene.list("u/").index());
        assertEquals(deleted, scene.list("t/a").index());
        assertEquals(deleted, scene.list("").index());
    }

    @Test
    void aWriteElsewhereDoesNotMoveAList() {
        long written = scene.set("t/a", "1");
        scene.set("u", "1");
        assertEquals(written, scene.list("t/").index());
        assertEquals(written, scene.keys("t/", "/").index());
        assertEquals(scene.index(), scene.list("").index());
    }

    @Test
    void aTreeLeavesOneTombstoneForItsPrefix() {
        scene.set("t/b/c", "1");
        scene.set("t/b/d", "1");
        scene.set("t/a", "1");
        long deleted = scene.deleteTree("t/b");
        assertEquals(1, scene.store.current().size(TombstoneTable.TABLE));
        assertEquals(deleted, scene.list("t/").index());
        assertEquals(deleted, scene.store.current().entry(KvTable.TABLE));
        assertEquals(deleted, scene.store.current().entry(TombstoneTable.TABLE));
    }

    @Test
    void aPrefixIsBytesAndNoPath() {
        scene.set("tab", "1");
        scene.set("t/a", "1");
        scene.deleteTree("ta");
        assertEquals(List.of("t/a"), scene.keys("", "").value());
    }

    @Test
    void deletingEverythingLeavesNoTombstone() {
        scene.set("a", "1");
        scene.set("b", "1");
        long deleted = scene.deleteTree("");
        assertEquals(0, scene.store.current().size(TombstoneTable.TABLE));
        assertEquals(0, scene.store.current().entry(TombstoneTable.TABLE));
        assertEquals(new Indexed<>(deleted, List.of()), scene.list(""));
        assertEquals(new Indexed<>(deleted, List.of()), scene.list("a"));
    }

    @Test
    void reapingRemovesOldTombstonesOnly() {
        scene.set("t/keep", "1");
        scene.set("t/a", "1");
        scene.set("t/b", "1");
        long first = scene.delete("t/a");
        long second = scene.delete("t/b");
        assertSame(Nothing.NOTHING, scene.apply(Scene.reap(first)));
        assertEquals(1, scene.store.current().size(TombstoneTable.TABLE));
        assertEquals(scene.index(), scene.store.current().entry(TombstoneTable.TABLE));
        assertEquals(second, scene.list("t/").index());
        var before = scene.store.current();
        scene.apply(Scene.reap(first));
        assertSame(before, scene.store.current());
    }

    @Test
    void aLeaderReapsFifteenMinutesAfterTheDelete() {
        var reaper = scene.store.tombstones();
        reaper.lead(scene.index());
        scene.clock.advance(Duration.ofHours(1));
        assertEquals(Optional.of(scene.index()), reaper.due());
        scene.apply(Scene.reap(scene.index()));
        assertEquals(Optional.empty(), reaper.next());

        scene.set("a", "1");
        scene.set("b", "1");
        scene.set("c", "1");
        scene.delete("a");
        long second = scene.delete("b"); // in the same half minute
        scene.clock.advance(Duration.ofMinutes(1));
        long third = scene.deleteTree("c");
        assertEquals(Optional.empty(), reaper.due());
        scene.clock.advance(Duration.ofMinutes(14).minusSeconds(1));
        assertEquals(Optional.empty(), reaper.due());
        scene.clock.advance(Duration.ofSeconds(31));
        assertEquals(Optional.of(second), reaper.due());
        assertEquals(Optional.of(second), reaper.due(), "still due until it was applied");
        scene.apply(Scene.reap(second));
        assertEquals(Optional.empty(), reaper.due());
        scene.clock.advance(Duration.between(scene.clock.instant(), reaper.next().orElseThrow()));
        assertEquals(Optional.of(third), reaper.due());
        scene.apply(Scene.reap(third));
        assertEquals(0, scene.store.current().size(TombstoneTable.TABLE));
    }

    @Test
    void whoDoesNotLeadRemembersNothing() {
        scene.set("a", "1");
        scene.delete("a");
        assertEquals(Optional.empty(), scene.store.tombstones().next());
        scene.store.tombstones().lead(scene.index());
        scene.store.tombstones().follow();
        scene.clock.advance(Duration.ofHours(1));
        assertEquals(Optional.empty(), scene.store.tombstones().due());
    }

    @Test
    void theReaperKeepsFewBucketsHoweverManyDeletesThereAre() {
        var reaper = scene.store.tombstones();
        reaper.lead(1);
        for (int i = 0; i < 2_000; i++) {
            scene.set("a", "1");
            scene.delete("a");
            scene.clock.advance(Duration.ofSeconds(1));
            reaper.due().ifPresent(last -> scene.apply(Scene.reap(last)));
            assertTrue(reaper.buckets() <= 32, "too many buckets: " + reaper.buckets());
        }
        assertTrue(reaper.buckets() > 25);
    }
}
