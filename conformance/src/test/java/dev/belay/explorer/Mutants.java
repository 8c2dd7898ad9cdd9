package dev.belay.explorer;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pitest.classinfo.ClassName;
import org.pitest.mutationtest.engine.Mutater;
import org.pitest.mutationtest.engine.MutationDetails;
import org.pitest.mutationtest.engine.gregor.GregorMutater;
import org.pitest.mutationtest.engine.gregor.MethodInfo;
import org.pitest.mutationtest.engine.gregor.config.Mutator;

/// The mutants of the protocol classes, as PIT's engine makes them.
final class Mutants {
  /// Made by the compiler for records and enums.
  private static final Set<String> GENERATED = Set.of("<clinit>", "values", "valueOf", "$values");

  /// Reports and traces are not explored, and no scenario runs out of stack: that such a call is
  /// missing cannot be noticed here.
  private static final Pattern LEFT_OUT =
      Pattern.compile("removed call to dev/belay/(Reporter|Flight|Tracer|Stack)::");

  private final ExploringLoader loader;
  private final Mutater mutater;

  Mutants(ExploringLoader loader) {
    this.loader = loader;
    mutater =
        new GregorMutater(
            name -> Optional.ofNullable(loader.read(name.replace('/', '.'))),
            Mutants::isWritten,
            Mutator.newDefaults());
  }

  private static boolean isWritten(MethodInfo method) {
    return !GENERATED.contains(method.getName());
  }

  /// One mutant.
  ///
  /// @param details what PIT says of it
  record Mutant(MutationDetails details) {
    /// The name of its class.
    String type() {
      return details.getClassName().asJavaName();
    }

    /// The simple name of its class, as lines are numbered by.
    String simpleType() {
      return Fields.simpleName(details.getClassName().asInternalName());
    }

    /// The class that its class is written in.
    String outer() {
      String simple = simpleType();
      return simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    }

    int lineNumber() {
      return Lines.number(simpleType(), details.getLineNumber());
    }

    @Override
    public String toString() {
      return simpleType()
          + "."
          + details.getMethod()
          + ":"
          + details.getLineNumber()
          + " "
          + details.getDescription();
    }
  }

  /// All mutants of some classes and of those within them.
  ///
  /// @param classes their simple names
  List<Mutant> of(Collection<String> classes) {
    return loader.types().stream()
        .flatMap(type -> of(type, classes))
        .sorted(
            Comparator.comparing(Mutant::outer)
                .thenComparingInt(mutant -> mutant.details().getLineNumber()))
        .toList();
  }

  private Stream<Mutant> of(String type, Collection<String> classes) {
    String simple = type.substring(type.lastIndexOf('.') + 1);
    String outer = simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    return classes.contains(outer) && !isRecord(type)
        ? mutater.findMutations(ClassName.fromString(type)).stream()
            .filter(details -> !LEFT_OUT.matcher(details.getDescription()).find())
            .map(Mutant::new)
        : Stream.of();
  }

  /// All that these have was written by the compiler.
  private static boolean isRecord(String type) {
    try {
      return Class.forName(type, false, Mutants.class.getClassLoader()).isRecord();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Its class, without hooks.
  byte[] bytes(Mutant mutant) {
    return Objects.requireNonNull(mutater.getMutation(mutant.details().getId()).getBytes());
  }
}
