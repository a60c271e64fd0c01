package dev.proconsul.jyamux;

import dev.proconsul.jyamux.LockFacts.Fact;
import dev.proconsul.jyamux.LockFacts.Method;
import dev.proconsul.jyamux.LockFacts.Place;
import dev.proconsul.jyamux.LockFacts.Source;
import dev.proconsul.jyamux.LockFacts.Symbol;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// Which methods of some classes a call may reach, and which objects a value may be.
///
/// A call by a type of these classes reaches every implementation of it, lambdas included. A call by a type of the
/// JDK, such as `Runnable`, reaches those objects of these classes that can come there: values are followed through
/// fields, arguments and results, for all instances of a class together. So a lambda counts as called where the method
/// of its interface is called on a value that it can be, and not where it is made: `change(step)` under a lock runs
/// the steps, and no `Runnable` of a thread.
///
/// The JDK calls a lambda where it is given one, and of another object what the type that it asks for has; only what
/// is given to a `Thread` begins there, without locks. What comes from the JDK, and so out of a collection, may be
/// anything of its type.
///
/// Not seen: reflection, class initialisers, the `toString`, `equals` and `hashCode` of records, locks inside the JDK,
/// what the JDK keeps and calls later, and the outside. What an application hands in is taken to be its own: if that
/// is a stream of another session, that session's locks come behind all of this one's.
final class CallGraph {
    /// @param to the method's argument that gets the call's argument `from`, and so on
    /// @param fromJdk whether it is the JDK that calls, with arguments that nobody knows
    record Target(Method method, int from, int to, boolean fromJdk) {
        /// {@return whether the receiver of the call is that of the method}
        boolean keepsReceiver() {
            return from == 0 && !fromJdk;
        }
    }

    private final ClassLoader loader;
    private final Map<String, Class<?>> classes = new LinkedHashMap<>();
    private final Map<Method, Set<Fact>> facts = new LinkedHashMap<>();
    private final Set<Place.Field> fields = new HashSet<>();
    private final Set<Place.Field> finalFields = new HashSet<>();
    private final Set<Symbol.Lambda> lambdas = new LinkedHashSet<>();
    private final Map<Place, Set<Source>> flow = new HashMap<>();
    private final Map<Fact.Called, Set<Target>> targets = new HashMap<>();
    private boolean changed;

    // What was looked up before.
    private final Map<String, Class<?>> types = new HashMap<>();
    private final Map<Method, Set<Target>> implemented = new HashMap<>();
    private final Map<String, Set<Target>> overridden = new HashMap<>();

    CallGraph(Collection<byte[]> files, ClassLoader loader) throws ClassNotFoundException {
        this.loader = loader;
        List<ClassModel> models = files.stream().map(ClassFile.of()::parse).toList();
        for (ClassModel model : models) {
            String name = name(model);
            classes.put(name, Class.forName(name, false, loader));
        }
        for (ClassModel model : models) {
            if (!isLock(name(model))) { // such a class is a lock, and is not looked into
                read(model);
            }
        }
        facts.values().forEach(each -> each.forEach(fact -> {
            if (fact instanceof Fact.Captured captured) {
                lambdas.add(captured.by());
            }
        }));
        do {
            changed = false;
            facts.values().forEach(each -> each.forEach(this::follow));
        } while (changed);
    }

    private static String name(ClassModel model) {
        return model.thisClass().asInternalName().replace('/', '.');
    }

    private void read(ClassModel model) {
        model.fields().forEach(field -> {
            Place.Field place = new Place.Field(name(model), field.fieldName().stringValue(), false);
            fields.add(place);
            if (field.flags().has(AccessFlag.FINAL)) {
                finalFields.add(place);
            }
        });
        for (MethodModel method : model.methods()) {
            Method key = new Method(name(model), method.methodName().stringValue(), method.methodTypeSymbol());
            method.findAttribute(Attributes.code()).ifPresent(code ->
                    facts.put(key, HeldLocks.facts(key, method, code, this::isLock)));
        }
    }

    Map<Method, Set<Fact>> facts() {
        return facts;
    }

    boolean isFinal(Place.Field field) {
        return finalFields.contains(declared(field));
    }

    boolean isOwn(String type) {
        return classes.containsKey(type);
    }

    private boolean isLock(String type) {
        return isA(type, Lock.class);
    }

    boolean isA(String type, Class<?> expected) {
        return expected.isAssignableFrom(type(type));
    }

    Class<?> type(String name) {
        return types.computeIfAbsent(name, _ -> {
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// {@return the field by the class that declares it: code may name a subclass}
    Place.Field declared(Place.Field field) {
        for (Class<?> type = type(field.owner()); type != null; type = type.getSuperclass()) {
            Place.Field candidate = new Place.Field(type.getName(), field.name(), false);
            if (fields.contains(candidate)) {
                return candidate;
            }
        }
        return new Place.Field(field.owner(), field.name(), false);
    }

    // Flow.

    private void follow(Fact fact) {
        switch (fact) {
            case Fact.Put(Place into, Set<Source> value) -> flow(into, value);
            case Fact.Captured(Symbol.Lambda by, List<Set<Source>> values) -> {
                for (Method body : bodies(by)) {
                    for (int i = 0; i < values.size(); i++) {
                        flow(new Place.Argument(body, by.firstFree() - by.captured() + i), values.get(i));
                    }
                }
            }
            case Fact.Called call -> follow(call);
            case Fact.Taken _, Fact.Waited _, Fact.Unbalanced _ -> { }
        }
    }

    private void follow(Fact.Called call) {
        Set<Target> found = find(call);
        targets.put(call, found);
        Place.Result result = new Place.Result(call.callee());
        for (Target target : found) {
            flow(result, Set.of(new Place.Result(target.method())));
            for (int i = target.from(); !target.fromJdk() && i < call.arguments().size(); i++) {
                flow(new Place.Argument(target.method(), target.to() + i - target.from()), call.arguments().get(i));
            }
            for (int i = target.to(); target.fromJdk() && i <= target.method().type().parameterCount(); i++) {
                flow(new Place.Argument(target.method(), i), LockFacts.ANYTHING);
            }
        }
        if (found.isEmpty() || !isOwn(call.callee().owner())) {
            flow(result, LockFacts.ANYTHING);
        }
    }

    private void flow(Place into, Set<Source> value) {
        Place place = into instanceof Place.Field field ? declared(field) : into;
        changed |= flow.computeIfAbsent(place, _ -> new LinkedHashSet<>()).addAll(value);
    }

    /// {@return the objects that the value may be}
    Set<Symbol> objects(Set<Source> value) {
        Set<Symbol> objects = new LinkedHashSet<>();
        Set<Source> seen = new HashSet<>(value);
        Deque<Source> work = new ArrayDeque<>(value);
        while (!work.isEmpty()) {
            switch (work.removeFirst()) {
                case Symbol object -> objects.add(object);
                case Place place -> {
                    Place key = place instanceof Place.Field field ? declared(field) : place;
                    for (Source next : flow.getOrDefault(key, Set.of())) {
                        if (seen.add(next)) {
                            work.add(next);
                        }
                    }
                }
            }
        }
        return objects;
    }

    // Calls.

    Set<Target> targets(Fact.Called call) {
        return targets.getOrDefault(call, Set.of());
    }

    private Set<Target> find(Fact.Called call) {
        Method callee = call.callee();
        Class<?> owner = type(callee.owner());
        Set<Target> found = new LinkedHashSet<>();
        if (!call.exact() && isOwn(callee.owner())) {
            everything(owner, callee, found);
        } else if (call.exact()) {
            plain(lookUp(owner, callee), found);
        } else {
            objects(call.arguments().getFirst()).forEach(receiver -> received(receiver, owner, callee, found));
        }
        if (found.isEmpty() || !isOwn(callee.owner())) {
            insideJdk(call, found);
        }
        return found;
    }

    /// What the JDK calls when it is called: of what it is given, and, except in constructors, of the receiver.
    private void insideJdk(Fact.Called call, Set<Target> found) {
        Method callee = call.callee();
        if (callee.owner().startsWith("java.lang.Thread")) {
            return;
        }
        int first = call.arguments().size() - callee.type().parameterCount();
        for (int i = 0; i < call.arguments().size(); i++) {
            Class<?> asked = type(i < first ? callee.owner() : HeldLocks.name(callee.type().parameterType(i - first)));
            if (i >= first || found.isEmpty() && !callee.name().equals("<init>")) {
                objects(call.arguments().get(i)).forEach(object -> callBack(object, asked, found));
            }
        }
    }

    private void received(Symbol receiver, Class<?> owner, Method callee, Set<Target> found) {
        switch (receiver) {
            case Symbol.Self(String type) when isA(type, owner) -> implementations(type(type), callee, found);
            case Symbol.Made(String type, _, _) when isA(type, owner) -> implementations(type(type), callee, found);
            case Symbol.Lambda lambda -> lambda(lambda, owner, callee, found);
            case Symbol.Unknown() -> everything(owner, callee, found);
            default -> { }
        }
    }

    private void everything(Class<?> owner, Method callee, Set<Target> found) {
        implementations(owner, callee, found);
        lambdas.forEach(lambda -> lambda(lambda, owner, callee, found));
    }

    private void implementations(Class<?> owner, Method callee, Set<Target> found) {
        found.addAll(implemented.computeIfAbsent(new Method(owner.getName(), callee.name(), callee.type()), method -> {
            Set<Target> all = new LinkedHashSet<>();
            for (Class<?> type : classes.values()) {
                if (owner.isAssignableFrom(type)) {
                    plain(lookUp(type, method), all);
                }
            }
            return all;
        }));
    }

    private static void plain(@Nullable Method method, Set<Target> found) {
        if (method != null) {
            found.add(new Target(method, 0, 0, false));
        }
    }

    private void lambda(Symbol.Lambda lambda, Class<?> owner, Method callee, Set<Target> found) {
        if (lambda.name().equals(callee.name()) && owner.isAssignableFrom(type(lambda.type()))) {
            bodies(lambda).forEach(body -> found.add(new Target(body, 1, lambda.firstFree(), false)));
        }
    }

    private Set<Method> bodies(Symbol.Lambda lambda) {
        DirectMethodHandleDesc body = lambda.body();
        String owner = HeldLocks.name(body.owner());
        boolean isNew = body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
        Method method = new Method(owner, isNew ? "<init>" : body.methodName(),
                MethodTypeDesc.ofDescriptor(body.lookupDescriptor()));
        Set<Target> found = new LinkedHashSet<>();
        switch (body.kind()) {
            case VIRTUAL, INTERFACE_VIRTUAL -> implementations(type(owner), method, found);
            default -> plain(lookUp(type(owner), method), found);
        }
        Set<Method> bodies = new LinkedHashSet<>();
        found.forEach(target -> bodies.add(target.method()));
        return bodies;
    }

    private void callBack(Symbol object, Class<?> asked, Set<Target> found) {
        switch (object) {
            case Symbol.Lambda lambda -> bodies(lambda).forEach(body ->
                    found.add(new Target(body, 0, lambda.firstFree(), true)));
            case Symbol.Self(String type) when isOwn(type) -> overriding(type(type), asked, found);
            case Symbol.Made(String type, _, _) when isOwn(type) -> overriding(type(type), asked, found);
            default -> { }
        }
    }

    /// What the JDK may call of an object of ours that it knows by a type: all that the type has.
    private void overriding(Class<?> receiver, Class<?> asked, Set<Target> found) {
        Class<?> known = asked;
        while (isOwn(known.getName())) {
            known = Objects.requireNonNullElse(known.getSuperclass(), Object.class);
        }
        String key = receiver.getName() + " as " + known.getName();
        Set<Target> all = overridden.get(key);
        if (all == null) {
            all = new LinkedHashSet<>();
            for (java.lang.reflect.Method method : known.getMethods()) {
                MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
                Set<Target> overrides = new LinkedHashSet<>();
                implementations(receiver, new Method(known.getName(), method.getName(),
                        MethodTypeDesc.ofDescriptor(type.descriptorString())), overrides);
                for (Target target : overrides) {
                    all.add(new Target(target.method(), 0, 1, true));
                }
            }
            overridden.put(key, all);
        }
        found.addAll(all);
    }

    private @Nullable Method lookUp(@Nullable Class<?> type, Method callee) {
        if (type == null) {
            return null;
        }
        Method own = new Method(type.getName(), callee.name(), callee.type());
        if (facts.containsKey(own)) {
            return own;
        }
        Method inherited = callee.name().startsWith("<") ? null : lookUp(type.getSuperclass(), callee);
        for (Class<?> from : type.getInterfaces()) {
            inherited = inherited != null ? inherited : lookUp(from, callee);
        }
        return inherited;
    }
}
