package dev.proconsul.jyamux;

import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;

/// The words in which [HeldLocks] says what a method does.
final class LockFacts {
    static final Set<Source> NOTHING = Set.of();
    static final Set<Source> ANYTHING = Set.of(new Symbol.Unknown());

    record Method(String owner, String name, MethodTypeDesc type) {
        @Override
        public String toString() {
            return owner.substring(owner.lastIndexOf('.') + 1) + "." + name;
        }
    }

    /// Where a value is from: an object, or a place that holds some.
    sealed interface Source permits Symbol, Place {}

    sealed interface Symbol extends Source {
        record Self(String type) implements Symbol {}

        record Made(String type, Method in, int at) implements Symbol {}

        /// @param captured how many of the body's arguments are bound already
        record Lambda(String type, String name, DirectMethodHandleDesc body, int captured, Method in, int at)
                implements Symbol {
            /// {@return the index of the body's first argument that is not bound}
            int firstFree() {
                return body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR ? captured + 1 : captured;
            }
        }

        record ClassItself(String type) implements Symbol {}

        record ConditionOf(Set<Source> lock) implements Symbol {}

        /// Whether the lock could be taken.
        record Tried(Lock lock) implements Symbol {}

        record Unknown() implements Symbol {}
    }

    sealed interface Place extends Source {
        record Field(String owner, String name, boolean ofSelf) implements Place {}

        /// @param index 0 is the receiver, if there is one
        record Argument(Method of, int index) implements Place {}

        record Result(Method of) implements Place {}
    }

    /// @param monitor whether it is the object's monitor, not the object, that locks
    record Lock(Set<Source> object, boolean monitor) {}

    /// @param held by the method itself
    /// @param released those of a caller that the method has given up for a while
    record Situation(Set<Lock> held, Set<Lock> released) {}

    sealed interface Fact {
        record Taken(Lock lock, Situation now) implements Fact {}

        /// On a condition, or on a monitor.
        record Waited(Lock on, Situation now) implements Fact {}

        /// @param exact whether no override can be meant
        record Called(Method callee, boolean exact, List<Set<Source>> arguments, Situation now) implements Fact {}

        record Captured(Symbol.Lambda by, List<Set<Source>> values) implements Fact {}

        record Put(Place into, Set<Source> value) implements Fact {}

        /// The method ends and holds another set of locks than when it began.
        record Unbalanced(Situation now) implements Fact {}
    }

    private LockFacts() {}

    static boolean isSelf(Set<Source> value) {
        return value.size() == 1 && value.iterator().next() instanceof Symbol.Self;
    }
}
