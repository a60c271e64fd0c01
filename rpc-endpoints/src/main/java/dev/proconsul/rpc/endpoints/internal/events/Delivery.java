package dev.proconsul.rpc.endpoints.internal.events;

import dev.proconsul.rpc.endpoints.internal.acl.Authorizer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One step of a stream, shared by all who have subscribed to the same.
///
/// ```
///   Changes* EndOfSnapshot Changes*                            from nothing
///   NewSnapshotToFollow Changes* EndOfSnapshot Changes*        from an index that is not the newest here
///   Changes*                                                   from the newest index
/// ```
public sealed interface Delivery {
    /// {@return the log index of the change, or of the snapshot; 0 for [NewSnapshotToFollow]}
    long index();

    /// Leaves out what somebody must not know of.
    /// @param caller who is to get this
    /// @return this when nothing is left out; null when nothing is left
    @Nullable Delivery visibleTo(Authorizer caller);

    /// What one command changed of the subject, or a part of a snapshot.
    final class Changes implements Delivery {
        private final long index;
        private final List<Payload> payloads;
        private final boolean snapshot;
        private volatile byte @Nullable [] encoded;
        private volatile @Nullable List<Changes> halves;

        /// Puts changes together.
        /// @param index    log index; in a snapshot, that of the snapshot
        /// @param payloads one or more
        /// @param snapshot whether it is a part of one, which others follow until [EndOfSnapshot]
        public Changes(long index, List<Payload> payloads, boolean snapshot) {
            this.index = index;
            this.payloads = List.copyOf(payloads);
            this.snapshot = snapshot;
        }

        @Override
        public long index() {
            return index;
        }

        /// {@return what has happened, one or more}
        public List<Payload> payloads() {
            return payloads;
        }

        @Override
        public @Nullable Delivery visibleTo(Authorizer caller) {
            if (payloads.size() == 1) {
                return payloads.getFirst().readable(caller) ? this : null;
            }
            var visible = payloads.stream().filter(payload -> payload.readable(caller)).toList();
            if (visible.size() == payloads.size()) {
                return this;
            }
            return visible.isEmpty() ? null : new Changes(index, visible, snapshot);
        }

        /// Divides this, where it is too big for one message: once for all who get it, so each half is encoded once.
        /// @return two parts of a snapshot, which mean the same one after another; none where there is one payload, or
        ///         where half of what a command has changed would be a state that never was
        public List<Changes> halves() {
            var known = halves;
            if (known == null) {
                int middle = payloads.size() / 2;
                known = snapshot && middle > 0
                        ? List.of(new Changes(index, payloads.subList(0, middle), true),
                                new Changes(index, payloads.subList(middle, payloads.size()), true))
                        : List.of();
                halves = known;
            }
            return known;
        }

        /// Encodes this, once for all who get it.
        /// @param form the one form in which events of this topic are sent
        /// @return the bytes, which nobody changes
        public byte[] encoded(Function<? super Changes, byte[]> form) {
            var known = encoded;
            if (known == null) {
                known = form.apply(this);
                encoded = known;
            }
            return known;
        }

        /// {@return index and changes}
        @Override
        public String toString() {
            return index + " " + payloads;
        }
    }

    /// The snapshot is complete.
    /// @param index its log index, never 0
    record EndOfSnapshot(long index) implements Delivery {
        @Override
        public Delivery visibleTo(Authorizer caller) {
            return this;
        }
    }

    /// All that the subscriber knows is void; a snapshot follows.
    record NewSnapshotToFollow() implements Delivery {
        @Override
        public long index() {
            return 0;
        }

        @Override
        public Delivery visibleTo(Authorizer caller) {
            return this;
        }
    }
}
