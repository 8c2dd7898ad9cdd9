package dev.belay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.documentation.Repository;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What only the byte code shows: monitors and preview features.
class ClassFileRulesTest {
  /// The classes of the core that may lock: the list that the synchronization map explains. A class
  /// that no longer locks has to leave it.
  private static final Set<String> MAY_LOCK =
      Set.of(
          "dev.belay.Aliases",
          "dev.belay.GroupLeaders",
          "dev.belay.Lines",
          "dev.belay.Node",
          "dev.belay.Node$Sweep",
          "dev.belay.NodeSubscriptions",
          "dev.belay.internal.host.Watchdog");

  private static final Path MAP = Path.of("docs", "internals", "synchronization.md");

  static List<String> modules() {
    return House.modules();
  }

  @Test
  void onlyListedClassesLock() {
    Set<String> locking = new TreeSet<>();
    for (ClassModel model : House.classFiles(House.CORE)) {
      if (hasMonitor(model) || usesLocks(model)) {
        locking.add(model.thisClass().asInternalName().replace('/', '.'));
      }
    }
    assertThat(locking).isEqualTo(new TreeSet<>(MAY_LOCK));
  }

  @Test
  void listedClassesStandInTheSynchronizationMap() throws IOException {
    String map = Files.readString(Repository.ROOT.resolve(MAP));
    assertThat(MAY_LOCK)
        .allSatisfy(name ->
            assertThat(map)
                .contains("`" + name.substring(name.lastIndexOf('.') + 1).replace('$', '.') + "`"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void noPreviewFeatures(String module) {
    assertThat(House.classFiles(module))
        .isNotEmpty()
        .allMatch(
            model -> model.majorVersion() == ClassFile.JAVA_25_VERSION && model.minorVersion() == 0,
            "is a class file of Java 25 without preview features");
  }

  private static boolean hasMonitor(ClassModel model) {
    for (MethodModel method : model.methods()) {
      if (method.flags().has(AccessFlag.SYNCHRONIZED)
          || method.code().map(ClassFileRulesTest::entersMonitor).orElse(false)) {
        return true;
      }
    }
    return false;
  }

  private static boolean entersMonitor(CodeModel code) {
    for (CodeElement element : code) {
      if (element instanceof MonitorInstruction monitor
          && monitor.opcode() == Opcode.MONITORENTER) {
        return true;
      }
    }
    return false;
  }

  private static boolean usesLocks(ClassModel model) {
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry type
          && type.asInternalName().startsWith("java/util/concurrent/locks/")
          && !type.asInternalName().endsWith("/LockSupport")) {
        return true;
      }
    }
    return false;
  }
}
