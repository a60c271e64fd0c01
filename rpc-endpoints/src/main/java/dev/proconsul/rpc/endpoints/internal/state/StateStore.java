package dev.proconsul.rpc.endpoints.internal.state;

import dev.proconsul.rpc.api.Command;
import dev.proconsul.rpc.api.RpcException;
import dev.proconsul.rpc.api.StateMachine;
import dev.proconsul.rpc.api.StateSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The replicated state: the newest [Version], made by the log's commands one after another.
///
/// ```
///   log --> apply --> Transaction --> Version n+1 --> current() --> readers, without a lock
///                                        |
///                                        +--> Watches --> the waiters of what changed, and no others
/// ```
///
/// A read takes [#current] once and asks that version for everything; it never changes under the reader. A command that
/// changes nothing makes no version, so indexes have gaps.
///
/// Beside the versions, and not replicated: lock delays and the times of tombstones, which only a leader asks for.
///
/// Threads: [#apply] is for one thread at a time, as [StateMachine] says, and a lock holds it to that; everything else
/// is for any thread and does not wait for a writer. Nothing to close.
public final class StateStore implements StateMachine {
    private final LongSupplier nanoTime;
    private final LockDelays lockDelays;
    private final TombstoneReaper tombstones;
    private final Watches watches = new Watches();
    private final CommandSet commands;
    private final SnapshotForm form;
    private volatile Version current = Version.EMPTY;
    private @Nullable CommitListener listener; // guarded by this

    /// Makes an empty store.
    /// @param commands what can be applied
    /// @param form     what it is in a snapshot
    /// @param clock    for lock delays and the age of tombstones
    /// @param nanoTime for the deadlines of waiters, nanoseconds from any origin
    public StateStore(CommandSet commands, SnapshotForm form, InstantSource clock, LongSupplier nanoTime) {
        this.commands = commands;
        this.form = form;
        this.nanoTime = nanoTime;
        lockDelays = new LockDelays(clock);
        tombstones = new TombstoneReaper(clock);
    }

    /// {@return the newest version}
    public Version current() {
        return current;
    }

    /// {@return a set that takes what a query reads and can wait for it to change}
    public WatchSet watch() {
        return new WatchSet(this);
    }

    /// {@return the newest version, for a query that tells what it reads}
    /// @param reads told of it
    public View view(Consumer<? super Topic> reads) {
        return new View(current, reads);
    }

    /// {@return the time in which deadlines of [WatchSet#await] are given, in nanoseconds}
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /// Tells how long a key cannot be locked yet because its last holder was ended by force.
    ///
    /// The leader asks before it has a `lock` applied, and answers false while this is positive.
    ///
    /// @param key a KV key
    /// @return what is left; zero when it can be locked
    public Duration lockDelay(String key) {
        return lockDelays.left(key);
    }

    /// {@return when tombstones may go; for the leader's duty of reaping them}
    public TombstoneReaper tombstones() {
        return tombstones;
    }

    /// {@return the waiting threads and what they wait for}
    public Watches watches() {
        return watches;
    }

    /// Has somebody told of every version from now on. There is one listener at most; he may begin anew.
    /// @param next who is told; first of the newest version, in this call
    public synchronized void listen(CommitListener next) {
        listener = next;
        next.began(current);
    }

    /// Tells the listener of nothing more. Then commits cost nothing beyond themselves.
    public synchronized void stopListening() {
        listener = null;
    }

    /// Applies a [StateCommand].
    /// @param index   position in the log
    /// @param command what to apply
    /// @return what the command says; an [RpcException] when it was refused, and then nothing has changed
    @Override
    public synchronized Object apply(long index, Command command) {
        if (!(command instanceof StateCommand<?> known)) {
            return new RpcException("the state store does not know commands of " + command.getClass().getName());
        }
        var transaction = Transaction.of(index, current);
        try {
            var result = known.apply(transaction);
            publish(transaction);
            return result;
        } catch (RpcException refused) {
            return refused;
        }
    }

    @Override
    public StateCommand<?> decode(byte[] encoded) throws RpcException {
        return commands.decode(encoded);
    }

    @Override
    public StateSnapshot snapshot() {
        var version = current;
        return out -> form.write(version, out);
    }

    /// Replaces the state, and wakes everybody who waits, also where nothing that they read has changed: indexes may
    /// have fallen, and then they would wait for one that does not come.
    ///
    /// What is not replicated begins anew: no key has a lock delay, and all tombstones are as if made now.
    @Override
    public void restore(InputStream snapshot) throws IOException {
        var restored = form.read(snapshot);
        synchronized (this) {
            lockDelays.clear();
            current = restored;
            tombstones.deleted(restored.lastIndex());
            watches.wakeAll();
            if (listener != null) {
                listener.restored(restored);
            }
        }
    }

    /// Lock delays start before anybody can see the key free; waiters are looked for when all can see the version.
    private void publish(Transaction transaction) {
        var before = current;
        var after = transaction.result();
        tombstones.reaped(transaction.reapedUpTo());
        if (after == before) {
            return;
        }
        if (!transaction.lockDelays().isEmpty()) {
            lockDelays.start(transaction.lockDelays());
        }
        current = after;
        if (transaction.hasBuried()) {
            tombstones.deleted(transaction.index());
        }
        watches.wake(transaction.changes(), before, after);
        if (listener != null) {
            listener.committed(new Commit(transaction.index(), before, after, transaction.changes()));
        }
    }
}
