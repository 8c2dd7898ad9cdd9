package dev.belay.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The repository that these tests run in, as files.
public final class Repository {
  /// Folders that hold nothing written by hand.
  private static final Set<String> SKIPPED = Set.of("target", ".git", ".belay", ".idea", ".vscode");

  /// Its root.
  public static final Path ROOT = findRoot();

  private Repository() {}

  /// All files whose name ends so, without those of build folders, in a fixed order.
  static List<Path> files(String suffix) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> isWrittenByHand(ROOT.relativize(file)))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isWrittenByHand(Path relative) {
    for (Path name : relative) {
      if (SKIPPED.contains(name.toString())) {
        return false;
      }
    }
    return true;
  }

  private static Path findRoot() {
    Path start = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(".mvn"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no folder with .mvn above " + start);
  }
}
