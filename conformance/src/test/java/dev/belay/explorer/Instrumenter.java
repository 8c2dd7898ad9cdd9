package dev.belay.explorer;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the explorer's hooks into byte code.
///
/// Before each access to a field that threads share, each call of a `VarHandle`, each entry of a
/// monitor and each call of the JDK's concurrent classes there is a call of [Hook], which may give
/// the turn to another thread. With faults there is one at each method entry, allocation and call
/// too, which may throw.
final class Instrumenter {
  static final ClassDesc HOOK = ClassDesc.of("dev.belay.explorer.Hook");
  static final ClassDesc HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
  static final MethodTypeDesc ON_OBJECT = MethodTypeDesc.of(CD_void, CD_Object, CD_int);
  static final MethodTypeDesc ON_PLACE = MethodTypeDesc.of(CD_void, CD_int);

  private final ClassFile classFile;
  private final boolean faults;
  final Fields fields = new Fields();

  /// Which field a `VarHandle` in a static field stands for.
  private final Map<String, Field> handles = new HashMap<>();

  Instrumenter(ClassHierarchyResolver resolver, boolean faults) {
    this.classFile = ClassFile.of(ClassHierarchyResolverOption.of(resolver));
    this.faults = faults;
  }

  ClassModel parse(byte[] bytes) {
    return classFile.parse(bytes);
  }

  /// Learns the fields of a class; all classes must be learnt before the first is changed.
  void learn(ClassModel model) {
    fields.add(model);
  }

  /// Learns which fields the handles of a class stand for; after all fields are known.
  void learnHandles(ClassModel model) {
    for (MethodModel method : model.methods()) {
      if (method.methodName().equalsString("<clinit>")) {
        method.code().ifPresent(code -> learnHandles(model, code));
      }
    }
  }

  private void learnHandles(ClassModel model, CodeModel code) {
    String type = "";
    String owner = "";
    String name = "";
    for (CodeElement element : code) {
      switch (element) {
        case ConstantInstruction constant when constant.constantValue() instanceof ClassDesc desc ->
            type = internalName(desc);
        case ConstantInstruction constant when constant.constantValue() instanceof String text -> {
          owner = type;
          name = text;
        }
        case FieldInstruction put when isHandle(put) && put.opcode().name().equals("PUTSTATIC") ->
            handles.put(key(put), fields.get(owner, name));
        default -> {}
      }
    }
    if (model.fields().stream().anyMatch(field -> field.fieldTypeSymbol().equals(HANDLE))
        && name.isEmpty()) {
      throw new IllegalStateException(
          "cannot tell the fields of the handles of " + model.thisClass().asInternalName());
    }
  }

  static boolean isHandle(FieldInstruction instruction) {
    return instruction.typeSymbol().equals(HANDLE);
  }

  @Nullable Field handle(FieldInstruction instruction) {
    return handles.get(key(instruction));
  }

  private static String key(FieldInstruction instruction) {
    return instruction.owner().asInternalName() + "." + instruction.name().stringValue();
  }

  static String internalName(ClassDesc desc) {
    String descriptor = desc.descriptorString();
    return desc.isClassOrInterface()
        ? descriptor.substring(1, descriptor.length() - 1)
        : descriptor;
  }

  /// Takes everything out of the methods of a class; those that return a boolean return true.
  byte[] emptied(ClassModel model) {
    return classFile.transformClass(
        model,
        (builder, element) -> {
          if (element instanceof MethodModel method
              && method.code().isPresent()
              && !method.methodName().stringValue().startsWith("<")) {
            TypeKind result = TypeKind.from(method.methodTypeSymbol().returnType());
            builder.withMethodBody(
                method.methodName(),
                method.methodType(),
                method.flags().flagsMask(),
                code -> {
                  switch (result) {
                    case VOID -> {}
                    case REFERENCE -> code.aconst_null();
                    case LONG -> code.lconst_0();
                    case FLOAT -> code.fconst_0();
                    case DOUBLE -> code.dconst_0();
                    default -> code.iconst_1();
                  }
                  code.return_(result);
                });
          } else {
            builder.with(element);
          }
        });
  }

  /// Puts the hooks into a class.
  byte[] instrument(ClassModel model, Probe probe) {
    String type = Fields.simpleName(model.thisClass().asInternalName());
    return classFile.transformClass(
        model,
        (builder, element) -> {
          if (element instanceof MethodModel method && method.code().isPresent()) {
            boolean locked = method.flags().has(AccessFlag.SYNCHRONIZED);
            if (locked && method.flags().has(AccessFlag.STATIC)) {
              throw new IllegalStateException("a static synchronized method in " + type);
            }
            int flags = method.flags().flagsMask() & ~(locked ? ClassFile.ACC_SYNCHRONIZED : 0);
            builder.withMethod(
                method.methodName(),
                method.methodType(),
                flags,
                to ->
                    method.forEach(part -> {
                      if (part instanceof CodeModel code) {
                        to.transformCode(
                            code,
                            new HookInserter(
                                this,
                                type,
                                method.methodName().stringValue(),
                                locked,
                                faults,
                                probe));
                      } else if (!(part instanceof java.lang.classfile.AccessFlags)) {
                        to.with(part);
                      }
                    }));
          } else {
            builder.with(element);
          }
        });
  }
}
