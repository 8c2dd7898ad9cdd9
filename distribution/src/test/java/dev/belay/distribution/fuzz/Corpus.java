package dev.belay.distribution.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The inputs that are kept, by their names. Those that begin with `seed-` are what real nodes have
/// said, and make sense; the others once broke a promise, or were made by hand.
final class Corpus {
  private static final String SEED = "seed-";

  private Corpus() {}

  static boolean isSeed(String name) {
    return name.startsWith(SEED);
  }

  /// Reads all inputs of a part.
  static Map<String, byte[]> of(Part part) {
    URL folder = Part.class.getResource(part.folder());
    if (folder == null) {
      throw new IllegalStateException("there are no inputs for " + part);
    }
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        all.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Writes seeds in place of those that there are.
  ///
  /// @param resources the folder of the resources of the tests
  /// @param seeds by their names, without what they begin with
  static void write(Path resources, Part part, Map<String, byte[]> seeds) throws IOException {
    Path folder =
        resources.resolve(Part.class.getPackageName().replace('.', '/')).resolve(part.folder());
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (isSeed(file.getFileName().toString())) {
          Files.delete(file);
        }
      }
    }
    for (Map.Entry<String, byte[]> seed : seeds.entrySet()) {
      Files.write(folder.resolve(SEED + seed.getKey()), seed.getValue());
    }
  }
}
