package dev.belay.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The compiled modules of Belay as they lie on the class path, each known by its descriptor.
final class House {
  static final String CORE = "dev.belay.core";
  static final String DISTRIBUTION = "dev.belay.distribution";

  private static final String DESCRIPTOR = "module-info.class";

  private static final Map<String, URI> MODULES = new TreeMap<>();

  private static final Map<String, ModuleDescriptor> DESCRIPTORS = new TreeMap<>();

  private static final Map<String, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

  static {
    findModules();
  }

  private House() {}

  /// The names of the modules found.
  static List<String> modules() {
    return List.copyOf(MODULES.keySet());
  }

  /// The classes of one module, as ArchUnit sees them.
  static JavaClasses classes(String module) {
    return IMPORTED.computeIfAbsent(module, name -> new ClassFileImporter().importUrl(url(name)));
  }

  /// What a module says of itself.
  static ModuleDescriptor descriptor(String module) {
    return Objects.requireNonNull(DESCRIPTORS.get(module), module);
  }

  /// The classes of all modules.
  static JavaClasses allClasses() {
    return new ClassFileImporter().importUrls(MODULES.keySet().stream().map(House::url).toList());
  }

  /// The class files of one module, for what ArchUnit does not show.
  static List<ClassModel> classFiles(String module) {
    URI root = root(module);
    try {
      if (!root.getScheme().equals("jar")) {
        return parse(Path.of(root));
      }
      try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
        return parse(jar.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ClassModel> parse(Path root) throws IOException {
    List<ClassModel> models = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".class") && !file.endsWith(DESCRIPTOR)) {
          models.add(ClassFile.of().parse(Files.readAllBytes(file)));
        }
      }
    }
    return models;
  }

  private static URL url(String module) {
    try {
      return root(module).toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URI root(String module) {
    URI root = MODULES.get(module);
    if (root == null) {
      throw new IllegalStateException(
          "module " + module + " is not on the class path, which has " + MODULES.keySet());
    }
    return root;
  }

  private static void findModules() {
    try {
      for (URL url : Collections.list(House.class.getClassLoader().getResources(DESCRIPTOR))) {
        try (InputStream in = url.openStream()) {
          ModuleDescriptor descriptor = ModuleDescriptor.read(in);
          String name = descriptor.name();
          String text = url.toString();
          if (name.startsWith("dev.belay")) {
            MODULES.put(name, URI.create(text.substring(0, text.length() - DESCRIPTOR.length())));
            DESCRIPTORS.put(name, descriptor);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
