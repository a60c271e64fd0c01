package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.LockFacts.isSelf;

import dev.proconsul.jyamux.CallGraph.Target;
import dev.proconsul.jyamux.LockFacts.Fact;
import dev.proconsul.jyamux.LockFacts.Lock;
import dev.proconsul.jyamux.LockFacts.Method;
import dev.proconsul.jyamux.LockFacts.Place;
import dev.proconsul.jyamux.LockFacts.Situation;
import dev.proconsul.jyamux.LockFacts.Source;
import dev.proconsul.jyamux.LockFacts.Symbol;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which lock may be taken while which is held, over every path through some classes.
///
/// A lock has the name of the field that it was made for, a monitor that of the topmost class of its object: all
/// instances count as one. So taking a second lock of the same name counts as an inversion, unless the code shows that
/// it is the same one: the same final field of `this`, or its monitor, by calls on `this` only.
///
/// Waiting on a condition takes its lock again, after others that are held; so does a method that gives its caller's
/// lock up for a while.
final class LockOrder {
    private static final String IO = "I/O";
    private static final Set<String> TRANSFERS =
            Set.of("read", "write", "flush", "close", "shutdownInput", "shutdownOutput", "transferTo", "transferFrom");

    /// What a method may take when it is called.
    ///
    /// @param own how it names the lock by its `this`; empty if it does not
    /// @param not locks that are given up before, if the caller holds them
    private record Taking(String lock, Method in, String own, Set<String> not) {}

    /// @param same whether it is the same lock again
    record Edge(String held, String taken, Method holder, Method taker, boolean same) {
        String step() {
            return " -> " + taken + " (in " + holder + (holder.equals(taker) ? ")" : ", by " + taker + ")");
        }

        @Override
        public String toString() {
            return held + step();
        }
    }

    private final CallGraph calls;
    private final Map<Symbol, String> names = new HashMap<>();
    private final Map<Method, Set<Taking>> takings = new LinkedHashMap<>();
    private final Set<Edge> edges = new LinkedHashSet<>();
    private final Set<String> faults = new TreeSet<>();

    LockOrder(Collection<byte[]> files, ClassLoader loader) throws ClassNotFoundException {
        calls = new CallGraph(files, loader);
        calls.facts().values().forEach(facts -> facts.forEach(this::name));
        calls.facts().forEach((method, facts) -> facts.forEach(fact -> takes(method, fact)));
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Method, Set<Fact>> each : calls.facts().entrySet()) {
                for (Fact fact : each.getValue()) {
                    more |= fact instanceof Fact.Called call && passOn(each.getKey(), call);
                }
            }
        }
        calls.facts().forEach((method, facts) -> facts.forEach(fact -> connect(method, fact)));
    }

    // Names.

    private void name(Fact fact) {
        if (fact instanceof Fact.Put(Place.Field field, Set<Source> value) && value.size() == 1
                && value.iterator().next() instanceof Symbol.Made made) {
            names.putIfAbsent(made, shortName(calls.declared(field).owner()) + "." + field.name());
        }
    }

    private static String shortName(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private Set<String> names(Method in, Lock lock) {
        Set<String> found = new TreeSet<>();
        for (Symbol symbol : calls.objects(lock.object())) {
            if (symbol instanceof Symbol.ConditionOf(Set<Source> of)) {
                found.addAll(names(in, new Lock(of, false)));
            } else {
                found.add(lock.monitor() ? monitor(in, symbol) + " (monitor)" : name(in, symbol));
            }
        }
        if (found.isEmpty()) {
            faults.add("a lock nobody knows, in " + in);
        }
        return found;
    }

    private String name(Method in, Symbol symbol) {
        return switch (symbol) {
            case Symbol.Made made -> names.getOrDefault(made, "a lock made in " + made.in());
            case Symbol.ClassItself(String type) -> shortName(type) + ".class";
            default -> {
                faults.add("a lock nobody knows, in " + in);
                yield "a lock nobody knows";
            }
        };
    }

    private String monitor(Method in, Symbol symbol) {
        return switch (symbol) {
            case Symbol.Self(String type) -> shortName(topmost(type));
            case Symbol.Made(String type, _, _) when calls.isOwn(type) -> shortName(topmost(type));
            default -> name(in, symbol);
        };
    }

    /// {@return the class of ours highest above: an object has one monitor, whichever of its classes takes it}
    private String topmost(String type) {
        Class<?> above = calls.type(type).getSuperclass();
        return above != null && calls.isOwn(above.getName()) ? topmost(above.getName()) : type;
    }

    private Set<String> names(Method in, Set<Lock> locks) {
        return locks.stream().flatMap(lock -> names(in, lock).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /// {@return those that are given up for sure}
    private Set<String> released(Method in, Situation now) {
        return now.released().stream().map(lock -> names(in, lock)).filter(found -> found.size() == 1)
                .flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }

    private String own(Lock lock) {
        if (lock.monitor()) {
            return isSelf(lock.object()) ? "this" : "";
        }
        return lock.object().size() == 1 && lock.object().iterator().next() instanceof Place.Field field
                && field.ofSelf() && calls.isFinal(field) ? calls.declared(field).toString() : "";
    }

    // What methods take.

    private void takes(Method method, Fact fact) {
        Set<Taking> found = takings.computeIfAbsent(method, _ -> new LinkedHashSet<>());
        switch (fact) {
            case Fact.Taken(Lock lock, Situation now) -> names(method, lock).forEach(name ->
                    found.add(new Taking(name, method, own(lock), released(method, now))));
            case Fact.Waited(Lock on, Situation now) -> {
                Set<String> not = released(method, now);
                not.addAll(names(method, on));
                names(method, on).forEach(name -> found.add(new Taking(name, method, "", not)));
            }
            case Fact.Called call when transfers(call) ->
                found.add(new Taking(IO, method, "", released(method, call.now())));
            case Fact.Unbalanced(Situation now) ->
                faults.add(method + " ends with " + names(method, now.held()) + " taken and "
                        + names(method, now.released()) + " released");
            case Fact.Called _, Fact.Captured _, Fact.Put _ -> { }
        }
    }

    /// {@return whether it is I/O of a connection: a transfer or a close by a stream or channel that is not ours}
    private boolean transfers(Fact.Called call) {
        Method callee = call.callee();
        if (calls.isOwn(callee.owner()) || !TRANSFERS.contains(callee.name())) {
            return false;
        }
        boolean connection = calls.isA(callee.owner(), Channel.class) || calls.isA(callee.owner(), InputStream.class)
                || calls.isA(callee.owner(), OutputStream.class) || callee.owner().equals(Closeable.class.getName())
                || callee.owner().equals(AutoCloseable.class.getName());
        Set<Symbol> objects = connection ? calls.objects(call.arguments().getFirst()) : Set.of();
        return connection && (objects.isEmpty() || !objects.stream().allMatch(this::isOurs));
    }

    private boolean isOurs(Symbol symbol) {
        return symbol instanceof Symbol.Self
                || symbol instanceof Symbol.Made(String type, _, _) && calls.isOwn(type);
    }

    private boolean passOn(Method caller, Fact.Called call) {
        Set<Taking> known = takings.get(caller);
        Set<String> released = released(caller, call.now());
        boolean more = false;
        for (Target target : calls.targets(call)) {
            boolean onSelf = isOnSelf(call, target);
            for (Taking taking : List.copyOf(takings.getOrDefault(target.method(), Set.of()))) {
                Set<String> not = new TreeSet<>(taking.not());
                not.addAll(released);
                more |= known.add(new Taking(taking.lock(), taking.in(), onSelf ? taking.own() : "", not));
            }
        }
        return more;
    }

    private static boolean isOnSelf(Fact.Called call, Target target) {
        return target.keepsReceiver() && !call.arguments().isEmpty() && isSelf(call.arguments().getFirst());
    }

    // Edges.

    private void connect(Method method, Fact fact) {
        switch (fact) {
            case Fact.Taken(Lock lock, Situation now) -> now.held().forEach(held ->
                    names(method, lock).forEach(name -> connect(method, held,
                            new Taking(name, method, "", Set.of()), false)));
            case Fact.Waited(Lock on, Situation now) -> now.held().forEach(held ->
                    names(method, on).forEach(name -> connect(method, held,
                            new Taking(name, method, "", names(method, on)), false)));
            case Fact.Called call -> {
                if (transfers(call)) {
                    call.now().held().forEach(held -> connect(method, held,
                            new Taking(IO, method, "", Set.of()), false));
                }
                for (Target target : calls.targets(call)) {
                    boolean onSelf = isOnSelf(call, target);
                    for (Taking taking : takings.getOrDefault(target.method(), Set.of())) {
                        call.now().held().forEach(held -> connect(method, held, taking, onSelf));
                    }
                }
            }
            case Fact.Captured _, Fact.Put _, Fact.Unbalanced _ -> { }
        }
    }

    private void connect(Method holder, Lock held, Taking taking, boolean onSelf) {
        boolean same = onSelf && !taking.own().isEmpty() && taking.own().equals(own(held));
        for (String name : names(holder, held)) {
            if (!taking.not().contains(name)) {
                edges.add(new Edge(name, taking.lock(), holder, taking.in(), same && name.equals(taking.lock())));
            }
        }
    }

    // Answers.

    /// {@return what the analysis cannot answer for: locks it does not know, methods that leave some taken}
    Set<String> faults() {
        return faults;
    }

    /// {@return which lock is followed by which, as `A -> B`; without those that are taken again}
    Set<String> order() {
        Set<String> order = new TreeSet<>();
        graph().forEach((held, next) -> next.keySet().forEach(taken -> order.add(held + " -> " + taken)));
        return order;
    }

    /// {@return the locks that the code shows to be taken again by who holds them}
    Set<String> takenAgain() {
        return edges.stream().filter(Edge::same).map(Edge::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    /// {@return where a connection is used with a lock held}
    Set<String> duringIo() {
        return edges.stream().filter(edge -> edge.taken().equals(IO)).map(Edge::held)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// {@return the shortest cycles, one at least if there are any, as `A -> B (in Class.method) -> A (in ...)`}
    Set<String> cycles() {
        Set<String> cycles = edges.stream().filter(edge -> edge.held().equals(edge.taken()) && !edge.same())
                .map(Edge::toString).collect(Collectors.toCollection(TreeSet::new));
        Map<String, Map<String, Edge>> graph = graph();
        for (String lock : graph.keySet()) {
            List<Edge> cycle = shortest(graph, lock);
            boolean first = cycle.stream().noneMatch(edge -> edge.held().compareTo(lock) < 0); // told once
            if (!cycle.isEmpty() && first) {
                cycles.add(cycle.stream().map(Edge::step).collect(Collectors.joining("", lock, "")));
            }
        }
        return cycles;
    }

    /// {@return for each lock those that follow, each with one place where it does}
    private Map<String, Map<String, Edge>> graph() {
        Map<String, Map<String, Edge>> graph = new TreeMap<>();
        for (Edge edge : edges) {
            if (!edge.held().equals(edge.taken()) && !edge.taken().equals(IO)) {
                graph.computeIfAbsent(edge.held(), _ -> new TreeMap<>()).merge(edge.taken(), edge,
                        (one, other) -> one.toString().compareTo(other.toString()) <= 0 ? one : other);
            }
        }
        return graph;
    }

    private static List<Edge> shortest(Map<String, Map<String, Edge>> graph, String start) {
        Map<String, List<Edge>> paths = new HashMap<>(Map.of(start, List.of()));
        Deque<String> work = new ArrayDeque<>(Set.of(start));
        while (!work.isEmpty()) {
            String held = work.removeFirst();
            for (Edge edge : graph.getOrDefault(held, Map.of()).values()) {
                List<Edge> path = new ArrayList<>(paths.get(held));
                path.add(edge);
                if (edge.taken().equals(start)) {
                    return path;
                }
                if (paths.putIfAbsent(edge.taken(), path) == null) {
                    work.add(edge.taken());
                }
            }
        }
        return List.of();
    }
}
