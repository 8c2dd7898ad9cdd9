package dev.belay.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Loads the core a second time, with the explorer's hooks in it, and the scenarios beside it.
///
/// The host, which is the border between the two worlds, and the explorer itself come from the
/// parent.
public final class ExploringLoader extends ClassLoader {
  private static final String HOME = "dev.belay.";
  private static final Set<String> SHARED =
      Set.of("dev.belay.explorer", "dev.belay.internal.host", "dev.belay.internal.inspection");

  /// Reports and flight-recorder events are outside of the protocol (decision 0001, section 9):
  /// here nothing is reported. That calling them may fail is tried.
  static final Set<String> EMPTIED = Set.of("Reporter", "Flight", "Undelivered");

  /// Outside of the protocol, too, and run as they are: what those above use to render reports for
  /// people; what looks on from outside, and what traces use, which no scenario asks for; and what
  /// tells a caller of its mistake, or of its stack, on its own thread.
  static final Set<String> LEFT_ALONE =
      Set.of(
          "Age",
          "CrashReport",
          "Current",
          "Folding",
          "Page",
          "PlainText",
          "Possessions",
          "Renderer",
          "Report",
          "StackText",
          "Ties",
          "UserText",
          "Dumps",
          "LongMailboxes",
          "Management",
          "NodeBean",
          "Peek",
          "Sight",
          "Trace",
          "TraceEvent",
          "TraceFilter",
          "Tracer",
          "Misuse",
          "Stack",
          "Development");

  private static final Map<Boolean, ExploringLoader> LOADERS = new HashMap<>();

  private final Instrumenter instrumenter;
  private final Map<String, ClassModel> instrumented;

  /// What was made for loaders with the same probe.
  private final Map<Probe, Map<String, byte[]>> made;

  private final Probe probe;
  private final String mutated;
  private final byte @Nullable [] mutant;

  private ExploringLoader(boolean faults) {
    super(faults ? "explored with faults" : "explored", ExploringLoader.class.getClassLoader());
    ClassHierarchyResolver resolver =
        ClassHierarchyResolver.ofResourceParsing(getParent())
            .orElse(ClassHierarchyResolver.defaultResolver());
    instrumenter = new Instrumenter(resolver, faults);
    instrumented = new HashMap<>();
    made = new EnumMap<>(Probe.class);
    probe = Probe.NONE;
    mutated = "";
    mutant = null;
    learn(rootOf("dev/belay/Belay.class"), "dev/belay");
    learn(rootOf("dev/belay/toys/Toy.class"), "dev/belay/toys");
    instrumented.values().forEach(instrumenter::learnHandles);
  }

  private ExploringLoader(
      ExploringLoader original, Probe probe, String mutated, byte @Nullable [] mutant) {
    super("explored, " + probe + " " + mutated, original.getParent());
    this.instrumenter = original.instrumenter;
    this.instrumented = original.instrumented;
    this.made = original.made;
    this.probe = probe;
    this.mutated = mutated;
    this.mutant = mutant;
  }

  /// Makes a loader of the same classes, which says which lines are run.
  ExploringLoader withLines() {
    return new ExploringLoader(this, Probe.LINES, "", null);
  }

  /// Makes a loader of the same classes but for one, in which no loop is endless.
  ///
  /// @param type the name of the class that is another
  /// @param bytes that class, without hooks
  ExploringLoader withMutant(String type, byte[] bytes) {
    return new ExploringLoader(this, Probe.TURNS, type, bytes);
  }

  /// The names of all classes that have hooks in them.
  Set<String> types() {
    return Set.copyOf(instrumented.keySet());
  }

  /// Returns the loader.
  ///
  /// @param faults whether the code can be made to throw errors
  /// @return one of two, made on first use
  public static synchronized ExploringLoader get(boolean faults) {
    return LOADERS.computeIfAbsent(faults, ExploringLoader::new);
  }

  Fields fields() {
    return instrumenter.fields;
  }

  /// The classes that have hooks in them, by their simple names; without those within others.
  Set<String> hooked() {
    return instrumented.keySet().stream()
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .filter(name -> !name.contains("$") && !EMPTIED.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Makes an instance of a class of the scenarios' world.
  ///
  /// @param type what the class is known as here
  /// @param name its name
  /// @param <T> the type
  /// @return the new instance
  public <T> T create(Class<T> type, String name) {
    try {
      var constructor = loadClass(name).getDeclaredConstructor();
      constructor.setAccessible(true);
      return type.cast(constructor.newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + name, e);
    }
  }

  /// Makes an instance of one that follows from a seed.
  ///
  /// @param type what the class is known as here
  /// @param name its name
  /// @param seed given to its constructor
  /// @param <T> the type
  /// @return the new instance
  <T> T create(Class<T> type, String name, long seed) {
    try {
      var constructor = loadClass(name).getDeclaredConstructor(long.class);
      constructor.setAccessible(true);
      return type.cast(constructor.newInstance(seed));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + name, e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(HOME) || SHARED.contains(packageOf(name))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : findClass(name);
    }
  }

  private static String packageOf(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] other = mutant;
    byte[] bytes =
        other != null && name.equals(mutated)
            ? instrumenter.instrument(instrumenter.parse(other), probe)
            : made.computeIfAbsent(probe, _ -> new HashMap<>()).computeIfAbsent(name, this::make);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte @Nullable [] make(String name) {
    ClassModel model = instrumented.get(name);
    if (model == null) {
      return read(name);
    }
    return EMPTIED.contains(model.thisClass().asInternalName().replace("dev/belay/", ""))
        ? instrumenter.emptied(model)
        : instrumenter.instrument(model, probe);
  }

  byte @Nullable [] read(String name) {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // the classes to instrument

  private URI rootOf(String resource) {
    URL url = Objects.requireNonNull(getParent().getResource(resource), resource);
    String text = url.toString();
    try {
      return new URI(text.substring(0, text.length() - resource.length()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void learn(URI root, String folder) {
    try {
      if (!root.getScheme().equals("jar")) {
        learn(Path.of(root), folder);
        return;
      }
      try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
        learn(jar.getPath("/"), folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void learn(Path root, String folder) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(folder))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString().replace('/', '.');
        if (name.endsWith(".class") && !name.endsWith("-info.class")) {
          learn(name.substring(0, name.length() - ".class".length()), Files.readAllBytes(file));
        }
      }
    }
  }

  private void learn(String name, byte[] bytes) {
    String simple = name.substring(name.lastIndexOf('.') + 1);
    String outer = simple.contains("$") ? simple.substring(0, simple.indexOf('$')) : simple;
    if (!SHARED.contains(packageOf(name)) && !LEFT_ALONE.contains(outer)) {
      ClassModel model = instrumenter.parse(bytes);
      instrumented.put(name, model);
      instrumenter.learn(model);
    }
  }
}
