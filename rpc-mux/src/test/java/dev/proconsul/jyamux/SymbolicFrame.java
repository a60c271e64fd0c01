package dev.proconsul.jyamux;

import dev.proconsul.jyamux.LockFacts.Lock;
import dev.proconsul.jyamux.LockFacts.Situation;
import dev.proconsul.jyamux.LockFacts.Source;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What [HeldLocks] knows before an instruction: operands, local variables, locks. A `long` and a `double` take two
/// slots, as in the class file: what moves slots need not know what is in them.
final class SymbolicFrame {
    private final List<Set<Source>> stack = new ArrayList<>();
    private final Map<Integer, Set<Source>> locals = new HashMap<>();
    private final Set<Lock> held = new HashSet<>();
    private final Set<Lock> released = new HashSet<>();

    SymbolicFrame copy() {
        SymbolicFrame copy = new SymbolicFrame();
        copy.stack.addAll(stack);
        copy.locals.putAll(locals);
        copy.held.addAll(held);
        copy.released.addAll(released);
        return copy;
    }

    /// {@return this one as a handler sees it if the instruction fails that would have made it the other}
    SymbolicFrame failed(SymbolicFrame after) {
        SymbolicFrame failed = copy();
        failed.stack.clear();
        failed.stack.add(LockFacts.ANYTHING);
        failed.held.retainAll(after.held);
        failed.released.addAll(after.released);
        return failed;
    }

    /// Two paths meet. A lock may be held afterwards if it may be on one of them; one of the caller's is given up only
    /// if it is on both.
    ///
    /// @return whether this one has changed
    boolean unite(SymbolicFrame other) {
        boolean changed = false;
        for (int i = 0; i < stack.size(); i++) {
            Set<Source> both = union(stack.get(i), other.stack.get(i));
            changed |= !both.equals(stack.set(i, both));
        }
        for (Map.Entry<Integer, Set<Source>> local : other.locals.entrySet()) {
            Set<Source> both = union(local(local.getKey()), local.getValue());
            changed |= !both.equals(locals.put(local.getKey(), both));
        }
        return changed | held.addAll(other.held) | released.retainAll(other.released);
    }

    private static Set<Source> union(Set<Source> one, Set<Source> other) {
        Set<Source> both = new HashSet<>(one);
        both.addAll(other);
        return Set.copyOf(both);
    }

    Set<Source> local(int slot) {
        return locals.getOrDefault(slot, LockFacts.NOTHING);
    }

    void local(int slot, Set<Source> value) {
        locals.put(slot, value);
    }

    void push(Set<Source> value, int slots) {
        for (int i = 0; i < slots; i++) {
            stack.add(value);
        }
    }

    Set<Source> pop(int slots) {
        Set<Source> value = LockFacts.NOTHING;
        for (int i = 0; i < slots; i++) {
            value = stack.removeLast();
        }
        return value;
    }

    void replace(int slots, int by) {
        pop(slots);
        push(LockFacts.NOTHING, by);
    }

    void move(Opcode opcode) {
        switch (opcode) {
            case POP -> pop(1);
            case POP2 -> pop(2);
            case SWAP -> stack.add(stack.size() - 1, stack.removeLast());
            case DUP -> duplicate(1, 0);
            case DUP_X1 -> duplicate(1, 1);
            case DUP_X2 -> duplicate(1, 2);
            case DUP2 -> duplicate(2, 0);
            case DUP2_X1 -> duplicate(2, 1);
            case DUP2_X2 -> duplicate(2, 2);
            default -> throw new AssertionError(opcode);
        }
    }

    private void duplicate(int slots, int below) {
        int size = stack.size();
        stack.addAll(size - slots - below, List.copyOf(stack.subList(size - slots, size)));
    }

    void take(Lock lock) {
        if (!released.remove(lock)) {
            held.add(lock);
        }
    }

    void release(Lock lock) {
        if (!held.remove(lock)) {
            released.add(lock);
        }
    }

    /// It was not taken after all.
    void drop(Lock lock) {
        held.remove(lock);
    }

    Situation situation() {
        return new Situation(Set.copyOf(held), Set.copyOf(released));
    }

    boolean isBalanced() {
        return held.isEmpty() && released.isEmpty();
    }
}
