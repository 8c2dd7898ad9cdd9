package dev.belay.explorer;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts hooks into one method.
final class HookInserter implements CodeTransform {
  private static final String HOST = "dev/belay/internal/host/Host";
  private static final String MAP = "java/util/concurrent/ConcurrentHashMap";
  private static final String COUNTER = "java/util/concurrent/atomic/AtomicInteger";

  /// Numbers things; whoever gets which number is all the same.
  private static final String NUMBERS = "java/util/concurrent/atomic/AtomicLong";

  private static final String STACK = "dev/belay/Stack";

  /// Calls for which a verb relies on its probe of the stack: they come after its first step, need
  /// no memory, and nobody would make up for them. On the runtime's own threads they fail like
  /// others.
  private static final Set<String> PROBED =
      Set.of(
          "Belay.spawn Spawning$Born.cell",
          "Belay.spawnMonitor Spawning$Born.cell",
          "Belay.spawnMonitor Spawning$Born.monitored",
          "Inbox.spawn Spawning$Born.cell",
          "Inbox.spawnMonitor Spawning$Born.cell",
          "Inbox.spawnMonitor Spawning$Born.monitored",
          "Node.spawn Spawning$Born.cell",
          "Spawning.spawn Flight.spawned",
          "Spawning.spawn Spawning.undo",
          "Exits.exit Exits.follow",
          "Exits.terminate Exits.follow",
          "Exits.end Exits.follow",
          "Posting.send Exits.follow",
          "Bound.send Exits.follow",
          "Links.refusedUntrapped Exits.follow",
          "SpawnRequest.tie FarTarget.turnOn",
          "Watches.demonitor Mailbox.unmark",
          "Watches.demonitor Watches.demonitorAtTarget",
          "Watches.send Watch.turnOff",
          "Cell.owe Reserve.owe",
          "Reserve.owe Reserve.push",
          "Reserve.push",
          "Reserve.acquire");

  /// What fails there is the user's, who may throw anything; and what does nothing.
  private static final Set<String> NOT_OURS =
      Set.of("java/lang/AutoCloseable", "dev/belay/Body", "dev/belay/Selector", "java/lang/Object");

  /// Where a verb of a process begins, and its dismantling, and the hooks for it.
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "Cell.enter", "unprobed",
          "Cell.current", "unprobed",
          "Dismantling.unwound", "dismantles");

  private static final Set<String> READS =
      Set.of("get", "containsKey", "isEmpty", "size", "forEach", "values", "getAcquire");
  private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");

  private final Instrumenter instrumenter;
  private final String type;
  private final String method;
  private final boolean locked;
  private final boolean faults;
  private final Probe probe;
  private final Set<Label> passed = new HashSet<>();
  private int line;
  private @Nullable Field handle;
  private @Nullable Label start;

  HookInserter(
      Instrumenter instrumenter,
      String type,
      String method,
      boolean locked,
      boolean faults,
      Probe probe) {
    this.instrumenter = instrumenter;
    this.type = type;
    this.method = method;
    this.locked = locked;
    this.faults = faults;
    this.probe = probe;
  }

  @Override
  public void atStart(CodeBuilder code) {
    String beginning = BEGINNINGS.get(type + "." + method);
    if (faults && beginning != null) {
      code.invokestatic(Instrumenter.HOOK, beginning, ConstantDescs.MTD_void);
    }
    if (locked) {
      code.aload(0);
      hook(code, "enter", site("this", Field.WHOLE));
      start = code.newLabel();
      code.labelBinding(start);
    }
  }

  @Override
  public void atEnd(CodeBuilder code) {
    Label from = start;
    if (from != null) {
      Label to = code.newLabel();
      code.labelBinding(to);
      int thrown = code.allocateLocal(TypeKind.REFERENCE);
      code.astore(thrown).aload(0);
      hook(code, "leave", site("this", Field.WHOLE));
      code.aload(thrown).athrow();
      code.exceptionCatchAll(from, to, to);
    }
  }

  @Override
  public void accept(CodeBuilder code, CodeElement element) {
    switch (element) {
      case LineNumber number -> {
        line = number.line();
        code.with(element);
        if (probe == Probe.LINES) {
          code.loadConstant(Lines.number(type, line))
              .invokestatic(Instrumenter.HOOK, "line", Instrumenter.ON_PLACE);
        }
      }
      case LabelTarget target -> {
        passed.add(target.label());
        code.with(element);
      }
      case BranchInstruction branch -> {
        if (probe == Probe.TURNS && passed.contains(branch.target())) {
          code.invokestatic(Instrumenter.HOOK, "turn", ConstantDescs.MTD_void);
        }
        code.with(element);
      }
      case FieldInstruction field -> field(code, field);
      case InvokeInstruction call -> call(code, call);
      case InvokeDynamicInstruction call -> {
        fault(code, "make a lambda or text");
        code.with(call);
      }
      case MonitorInstruction monitor ->
          hook(
              code,
              monitor.opcode() == Opcode.MONITORENTER ? "enter" : "leave",
              site("monitor", Field.WHOLE));
      case NewObjectInstruction allocation -> {
        fault(code, "new " + Fields.simpleName(allocation.className().asInternalName()));
        code.with(allocation);
      }
      case NewReferenceArrayInstruction _,
          NewPrimitiveArrayInstruction _,
          NewMultiArrayInstruction _ -> {
        fault(code, "new array");
        code.with((Instruction) element);
      }
      case ReturnInstruction end when locked -> {
        code.aload(0);
        hook(code, "leave", site("this", Field.WHOLE));
        code.with(end);
      }
      default -> code.with(element);
    }
  }

  private int site(String what, Field field) {
    return Site.add(new Site(type, method, line, what, field));
  }

  private static void hook(CodeBuilder code, String name, int site) {
    code.loadConstant(site).invokestatic(Instrumenter.HOOK, name, Instrumenter.ON_OBJECT);
  }

  private void fault(CodeBuilder code, String what) {
    if (faults && !method.equals("<clinit>")) {
      code.loadConstant(site(what, Field.WHOLE))
          .invokestatic(Instrumenter.HOOK, "fault", Instrumenter.ON_PLACE);
    }
  }

  // fields

  private void field(CodeBuilder code, FieldInstruction instruction) {
    switch (instruction.opcode()) {
      case GETSTATIC -> {
        if (Instrumenter.isHandle(instruction)) {
          handle = instrumenter.handle(instruction);
        }
      }
      case GETFIELD, PUTFIELD -> {
        Field field =
            instrumenter.fields.find(
                instruction.owner().asInternalName(), instruction.name().stringValue());
        if (field != null && field.role() != Field.Role.CONSTANT) {
          boolean get = instruction.opcode() == Opcode.GETFIELD;
          toTarget(code, instruction, get);
          String verb = (get ? "read " : "write ") + field;
          hook(code, hookFor(field, get), site(verb, field));
          fromTarget(code, instruction, get);
        }
      }
      default -> {}
    }
    code.with(instruction);
  }

  private static String hookFor(Field field, boolean get) {
    return switch (field.role()) {
      case SHARED, RACY -> get ? "read" : "write";
      case LOCK -> get ? "read" : "unlock";
      case GUARDED -> get ? "readGuarded" : "writeGuarded";
      case PLAIN, CONSTANT -> get ? "readPlain" : "writePlain";
    };
  }

  /// Copies the object whose field is accessed to the top of the stack.
  private static void toTarget(CodeBuilder code, FieldInstruction instruction, boolean get) {
    if (get) {
      code.dup();
    } else if (TypeKind.from(instruction.typeSymbol()).slotSize() == 1) {
      code.dup2().pop();
    } else {
      code.dup2_x1().pop2().dup();
    }
  }

  private static void fromTarget(CodeBuilder code, FieldInstruction instruction, boolean get) {
    if (!get && TypeKind.from(instruction.typeSymbol()).slotSize() == 2) {
      code.dup_x2().pop();
    }
  }

  // calls

  private void call(CodeBuilder code, InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    MethodTypeDesc shape = call.typeSymbol();
    callFault(code, owner, name);
    if (call.owner().asSymbol().equals(Instrumenter.HANDLE)) {
      handleCall(code, name, shape);
    } else if (owner.equals(HOST)) {
      code.loadConstant(site(name, Field.WHOLE))
          .invokestatic(Instrumenter.HOOK, "at", Instrumenter.ON_PLACE);
    } else if (owner.equals(COUNTER) || owner.equals(NUMBERS) || owner.equals(MAP)) {
      concurrentCall(code, call, owner, name, shape);
    } else if (owner.equals("java/lang/Thread") && threadCall(code, name)) {
      return;
    } else if (owner.equals("java/lang/Object")
        && (name.startsWith("notify") || name.equals("wait"))) {
      throw new IllegalStateException("cannot follow " + name + "() in " + type + "." + method);
    }
    code.with(call);
    if (faults && owner.equals(STACK)) {
      code.invokestatic(Instrumenter.HOOK, "probed", ConstantDescs.MTD_void);
    }
  }

  /// Before a call. In a thread's first method the runtime's own calls find stack enough.
  private void callFault(CodeBuilder code, String owner, String name) {
    if (NOT_OURS.contains(owner) || (method.equals("run") && owner.startsWith("dev/belay/"))) {
      return;
    }
    String callee = Fields.simpleName(owner) + "." + name;
    String caller = type + "." + method;
    if (PROBED.contains(caller) || PROBED.contains(caller + " " + callee)) {
      if (faults) {
        code.loadConstant(site("call " + callee, Field.WHOLE))
            .invokestatic(Instrumenter.HOOK, "overflow", Instrumenter.ON_PLACE);
      }
    } else {
      fault(code, "call " + callee);
    }
  }

  private void handleCall(CodeBuilder code, String name, MethodTypeDesc shape) {
    if (name.endsWith("Fence")) {
      return;
    }
    Field field = Objects.requireNonNull(handle, () -> "which handle? " + type + "." + method);
    int site = site(name + " " + field, field);
    String hook =
        switch (name) {
          case "get", "getAcquire", "getOpaque", "getVolatile" -> "read";
          case "set", "setRelease", "setOpaque", "setVolatile" -> "write";
          default -> field.role() == Field.Role.LOCK ? "lock" : "update";
        };
    onReceiver(code, shape.parameterList().subList(1, shape.parameterCount()), hook, site);
  }

  private void concurrentCall(
      CodeBuilder code, InvokeInstruction call, String owner, String name, MethodTypeDesc shape) {
    if (call.opcode() == Opcode.INVOKESPECIAL) {
      return;
    }
    String what = Fields.simpleName(owner) + "." + name;
    String hook;
    if (READS.contains(name)) {
      hook = "read";
    } else if (owner.equals(NUMBERS) && name.equals("incrementAndGet")) {
      hook = "count";
    } else {
      hook = "update";
    }
    onReceiver(code, shape.parameterList(), hook, site(what, Field.WHOLE));
  }

  /// Calls a hook on the object that lies below the arguments.
  private static void onReceiver(
      CodeBuilder code, List<ClassDesc> arguments, String hook, int site) {
    int[] kept = new int[arguments.size()];
    for (int i = kept.length - 1; i >= 0; i--) {
      TypeKind kind = TypeKind.from(arguments.get(i));
      kept[i] = code.allocateLocal(kind);
      code.storeLocal(kind, kept[i]);
    }
    code.dup();
    hook(code, hook, site);
    for (int i = 0; i < kept.length; i++) {
      code.loadLocal(TypeKind.from(arguments.get(i)), kept[i]);
    }
  }

  /// Replaces what would ask or touch the real thread.
  private boolean threadCall(CodeBuilder code, String name) {
    ClassDesc result =
        switch (name) {
          case "isAlive", "isInterrupted" -> ConstantDescs.CD_boolean;
          case "getState" -> ClassDesc.of("java.lang.Thread$State");
          case "interrupt", "onSpinWait" -> ConstantDescs.CD_void;
          case "currentThread", "getName", "threadId", "isVirtual", "isDaemon", "toString" -> null;
          default ->
              throw new IllegalStateException("cannot follow Thread." + name + "() in " + type);
        };
    if (result == null) {
      return false;
    }
    MethodTypeDesc shape =
        name.equals("onSpinWait")
            ? Instrumenter.ON_PLACE
            : MethodTypeDesc.of(result, THREAD, ConstantDescs.CD_int);
    code.loadConstant(site(name, Field.WHOLE)).invokestatic(Instrumenter.HOOK, name, shape);
    return true;
  }
}
