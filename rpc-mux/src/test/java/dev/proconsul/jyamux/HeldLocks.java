package dev.proconsul.jyamux;

import static dev.proconsul.jyamux.LockFacts.ANYTHING;
import static dev.proconsul.jyamux.LockFacts.NOTHING;
import static dev.proconsul.jyamux.LockFacts.isSelf;

import dev.proconsul.jyamux.LockFacts.Fact;
import dev.proconsul.jyamux.LockFacts.Lock;
import dev.proconsul.jyamux.LockFacts.Method;
import dev.proconsul.jyamux.LockFacts.Place;
import dev.proconsul.jyamux.LockFacts.Situation;
import dev.proconsul.jyamux.LockFacts.Source;
import dev.proconsul.jyamux.LockFacts.Symbol;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Which locks are held where in the code of one method. The code is executed with symbols for values: every path is
/// taken, and what differs where paths meet is united, so that a lock counts as held if it may be.
///
/// Only instructions that call, throw, allocate or touch arrays are taken to fail; a lock that could not be taken is
/// not held, one whose release fails is released.
///
/// What comes out are [facts][Fact], whose symbols get their meaning from all methods together: [CallGraph].
final class HeldLocks {
    private final Method method;
    private final Predicate<String> isLock;
    private final boolean isStatic;
    private final Set<Lock> whole = new LinkedHashSet<>();
    private final List<CodeElement> code;
    private final Map<Label, Integer> labels = new HashMap<>();
    private final List<ExceptionCatch> handlers;
    private final Map<Integer, SymbolicFrame> before = new TreeMap<>();
    private final Deque<Integer> work = new ArrayDeque<>();
    private final Set<Fact> facts = new LinkedHashSet<>();

    private HeldLocks(Method method, MethodModel model, CodeModel body, Predicate<String> isLock) {
        this.method = method;
        this.isLock = isLock;
        this.isStatic = model.flags().has(AccessFlag.STATIC);
        this.code = body.elementList();
        this.handlers = body.exceptionHandlers();
        for (int i = 0; i < code.size(); i++) {
            if (code.get(i) instanceof LabelTarget target) {
                labels.put(target.label(), i);
            }
        }
        if (model.flags().has(AccessFlag.SYNCHRONIZED)) {
            Symbol on = isStatic ? new Symbol.ClassItself(method.owner()) : new Symbol.Self(method.owner());
            whole.add(new Lock(Set.of(on), true));
        }
    }

    /// @param isLock whether the class of that name is a [java.util.concurrent.locks.Lock]
    static Set<Fact> facts(Method method, MethodModel model, CodeModel body, Predicate<String> isLock) {
        HeldLocks run = new HeldLocks(method, model, body, isLock);
        run.goTo(0, run.entry());
        while (!run.work.isEmpty()) {
            run.step(run.work.removeFirst());
        }
        run.facts.clear(); // of paths that had not met yet
        run.whole.forEach(lock -> run.facts.add(new Fact.Taken(lock, new Situation(Set.of(), Set.of()))));
        List.copyOf(run.before.keySet()).forEach(run::step);
        return run.facts;
    }

    private SymbolicFrame entry() {
        SymbolicFrame entry = new SymbolicFrame();
        int slot = 0;
        int index = 0;
        if (!isStatic) {
            entry.local(slot++, Set.of(new Symbol.Self(method.owner())));
            index++;
        }
        for (ClassDesc type : method.type().parameterList()) {
            entry.local(slot, Set.of(new Place.Argument(method, index++)));
            slot += slots(type);
        }
        whole.forEach(entry::take);
        return entry;
    }

    private static int slots(ClassDesc type) {
        return TypeKind.from(type).slotSize();
    }

    private void goTo(int at, SymbolicFrame frame) {
        SymbolicFrame known = before.get(at);
        if (known == null) {
            before.put(at, frame.copy());
            work.add(at);
        } else if (known.unite(frame)) {
            work.add(at);
        }
    }

    private void goTo(Label label, SymbolicFrame frame) {
        goTo(labels.get(label), frame);
    }

    private void step(int at) {
        SymbolicFrame old = before.get(at);
        SymbolicFrame now = old.copy();
        CodeElement element = code.get(at);
        if (!(element instanceof Instruction instruction)) {
            goTo(at + 1, now);
            return;
        }
        boolean goesOn = control(instruction, at, now);
        if (mayFail(instruction)) {
            fail(at, old.failed(now));
        }
        if (goesOn) {
            goTo(at + 1, now);
        }
    }

    private static boolean mayFail(Instruction instruction) {
        return switch (instruction) {
            case InvokeInstruction _, InvokeDynamicInstruction _, ThrowInstruction _, MonitorInstruction _,
                 NewObjectInstruction _, ArrayLoadInstruction _, ArrayStoreInstruction _, TypeCheckInstruction _,
                 OperatorInstruction _, NewReferenceArrayInstruction _, NewPrimitiveArrayInstruction _ -> true;
            default -> false;
        };
    }

    private void fail(int at, SymbolicFrame frame) {
        for (ExceptionCatch handler : handlers) {
            if (labels.get(handler.tryStart()) <= at && at < labels.get(handler.tryEnd())) {
                goTo(handler.handler(), frame);
                if (handler.catchType().isEmpty()) {
                    return; // takes all; the handlers around it see nothing of this
                }
            }
        }
        if (code.get(at) instanceof ThrowInstruction) {
            ends(frame);
        }
    }

    private void ends(SymbolicFrame frame) {
        whole.forEach(frame::release);
        if (!frame.isBalanced()) {
            facts.add(new Fact.Unbalanced(frame.situation()));
        }
    }

    /// {@return whether the next instruction can follow}
    private boolean control(Instruction instruction, int at, SymbolicFrame now) {
        switch (instruction) {
            case BranchInstruction branch -> {
                return branch(branch, now);
            }
            case TableSwitchInstruction choice -> switchTo(choice.defaultTarget(), choice.cases(), now);
            case LookupSwitchInstruction choice -> switchTo(choice.defaultTarget(), choice.cases(), now);
            case ReturnInstruction value -> {
                if (value.typeKind() == TypeKind.REFERENCE) {
                    facts.add(new Fact.Put(new Place.Result(method), now.pop(1)));
                }
                ends(now);
            }
            case ThrowInstruction _ -> now.pop(1);
            default -> {
                data(instruction, at, now);
                return true;
            }
        }
        return false;
    }

    private boolean branch(BranchInstruction branch, SymbolicFrame now) {
        Opcode opcode = branch.opcode();
        if (opcode == Opcode.GOTO || opcode == Opcode.GOTO_W) {
            goTo(branch.target(), now);
            return false;
        }
        boolean two = opcode.name().contains("CMP");
        Set<Source> tested = now.pop(1);
        if (two) {
            now.pop(1);
        }
        SymbolicFrame there = now.copy();
        for (Source source : tested) {
            if (source instanceof Symbol.Tried(Lock lock)) {
                (opcode == Opcode.IFEQ ? there : now).drop(lock);
            }
        }
        goTo(branch.target(), there);
        return true;
    }

    private void switchTo(Label otherwise, List<SwitchCase> cases, SymbolicFrame now) {
        now.pop(1);
        goTo(otherwise, now);
        cases.forEach(one -> goTo(one.target(), now));
    }

    private void data(Instruction instruction, int at, SymbolicFrame now) {
        switch (instruction) {
            case LoadInstruction load -> now.push(now.local(load.slot()), load.typeKind().slotSize());
            case StoreInstruction store -> now.local(store.slot(), now.pop(store.typeKind().slotSize()));
            case ConstantInstruction constant -> now.push(constant.constantValue() instanceof ClassDesc type
                    ? Set.of(new Symbol.ClassItself(name(type))) : NOTHING, constant.typeKind().slotSize());
            case FieldInstruction field -> field(field, now);
            case InvokeInstruction invoke -> invoke(invoke, now);
            case InvokeDynamicInstruction invoke -> invoke(invoke, at, now);
            case MonitorInstruction monitor -> {
                Lock lock = new Lock(now.pop(1), true);
                if (monitor.opcode() == Opcode.MONITORENTER) {
                    take(lock, now);
                } else {
                    now.release(lock);
                }
            }
            case NewObjectInstruction made -> now.push(Set.of(
                    new Symbol.Made(made.className().asInternalName().replace('/', '.'), method, at)), 1);
            case ArrayLoadInstruction load -> {
                now.pop(2);
                now.push(ANYTHING, load.typeKind().slotSize());
            }
            default -> plain(instruction, now);
        }
    }

    /// What moves values, or makes such as are of no interest.
    private static void plain(Instruction instruction, SymbolicFrame now) {
        switch (instruction) {
            case ArrayStoreInstruction store -> now.pop(2 + store.typeKind().slotSize());
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _ -> now.replace(1, 1);
            case NewMultiArrayInstruction array -> now.replace(array.dimensions(), 1);
            case ConvertInstruction convert -> now.replace(convert.fromType().slotSize(), convert.toType().slotSize());
            case TypeCheckInstruction check -> {
                if (check.opcode() == Opcode.INSTANCEOF) {
                    now.replace(1, 1);
                }
            }
            case StackInstruction move -> now.move(move.opcode());
            case OperatorInstruction operator -> operate(operator, now);
            default -> { } // local variables that are counted up
        }
    }

    private static void operate(OperatorInstruction operator, SymbolicFrame now) {
        String name = operator.opcode().name();
        int size = name.startsWith("L") || name.startsWith("D") ? 2 : 1;
        if (name.contains("CMP")) {
            now.replace(2 * size, 1);
        } else if (name.endsWith("SHL") || name.endsWith("SHR")) {
            now.pop(1);
        } else if (!name.endsWith("NEG") && operator.opcode() != Opcode.ARRAYLENGTH) {
            now.replace(2 * size, size);
        }
    }

    private void field(FieldInstruction field, SymbolicFrame now) {
        int size = slots(field.typeSymbol());
        boolean ofObject = field.opcode() == Opcode.GETFIELD || field.opcode() == Opcode.PUTFIELD;
        boolean put = field.opcode() == Opcode.PUTFIELD || field.opcode() == Opcode.PUTSTATIC;
        Set<Source> value = put ? now.pop(size) : NOTHING;
        boolean ofSelf = ofObject && isSelf(now.pop(1));
        Place place = new Place.Field(name(field.owner().asSymbol()), field.name().stringValue(), ofSelf);
        if (put) {
            facts.add(new Fact.Put(place, value));
        } else {
            now.push(field.typeSymbol().isPrimitive() ? NOTHING : Set.of(place), size);
        }
    }

    static String name(ClassDesc type) {
        return type.isClassOrInterface()
                ? (type.packageName().isEmpty() ? "" : type.packageName() + ".") + type.displayName()
                : "java.lang.Object"; // an array
    }

    private void take(Lock lock, SymbolicFrame now) {
        facts.add(new Fact.Taken(lock, now.situation()));
        now.take(lock);
    }

    private void invoke(InvokeInstruction invoke, SymbolicFrame now) {
        Method callee = new Method(name(invoke.owner().asSymbol()), invoke.name().stringValue(), invoke.typeSymbol());
        List<Set<Source>> arguments = new ArrayList<>(arguments(callee.type(), now));
        if (invoke.opcode() != Opcode.INVOKESTATIC) {
            arguments.addFirst(now.pop(1));
            if (isLock.test(callee.owner()) && operates(callee, arguments.getFirst(), now)) {
                return;
            }
        }
        if (callee.name().startsWith("await") && callee.owner().equals("java.util.concurrent.locks.Condition")) {
            facts.add(new Fact.Waited(new Lock(arguments.getFirst(), false), now.situation()));
        } else if (callee.name().equals("wait") && callee.owner().equals("java.lang.Object")) {
            facts.add(new Fact.Waited(new Lock(arguments.getFirst(), true), now.situation()));
        } else {
            boolean exact = invoke.opcode() == Opcode.INVOKESTATIC || invoke.opcode() == Opcode.INVOKESPECIAL;
            facts.add(new Fact.Called(callee, exact, List.copyOf(arguments), now.situation()));
        }
        pushResult(callee.type(), Set.of(new Place.Result(callee)), now);
    }

    private static List<Set<Source>> arguments(MethodTypeDesc type, SymbolicFrame now) {
        List<Set<Source>> arguments = new ArrayList<>();
        for (ClassDesc each : type.parameterList().reversed()) {
            arguments.addFirst(now.pop(slots(each)));
        }
        return arguments;
    }

    private static void pushResult(MethodTypeDesc type, Set<Source> value, SymbolicFrame now) {
        now.push(type.returnType().isPrimitive() ? NOTHING : value, slots(type.returnType()));
    }

    /// {@return whether the call was one to the lock, which is done with it}
    private boolean operates(Method callee, Set<Source> object, SymbolicFrame now) {
        Lock lock = new Lock(object, false);
        switch (callee.name()) {
            case "lock", "lockInterruptibly" -> take(lock, now);
            case "unlock" -> now.release(lock);
            case "newCondition" -> now.push(Set.of(new Symbol.ConditionOf(object)), 1);
            case "tryLock" -> { // counts like the others, though an attempt that does not wait cannot hang
                take(lock, now);
                now.push(Set.of(new Symbol.Tried(lock)), 1);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void invoke(InvokeDynamicInstruction invoke, int at, SymbolicFrame now) {
        MethodTypeDesc type = invoke.typeSymbol();
        List<Set<Source>> arguments = arguments(type, now);
        DirectMethodHandleDesc bootstrap = invoke.bootstrapMethod();
        if (bootstrap.owner().displayName().equals("LambdaMetafactory")
                && invoke.bootstrapArgs().get(1) instanceof DirectMethodHandleDesc body) {
            Symbol.Lambda lambda = new Symbol.Lambda(
                    name(type.returnType()), invoke.name().stringValue(), body, arguments.size(), method, at);
            facts.add(new Fact.Captured(lambda, List.copyOf(arguments)));
            now.push(Set.of(lambda), 1);
        } else { // of strings, and switches
            Method callee = new Method(name(bootstrap.owner()), bootstrap.methodName(), type);
            facts.add(new Fact.Called(callee, true, List.copyOf(arguments), now.situation()));
            pushResult(type, ANYTHING, now);
        }
    }
}
