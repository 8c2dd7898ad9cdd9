package dev.belay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the bench compares with, and measures with, stays in the bench.
class DependenciesTest {
  @Test
  void noOtherModuleKnowsThem() throws IOException {
    List<String> modules = new ArrayList<>();
    List<String> knowing = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      for (Path folder : (Iterable<Path>) folders.sorted()::iterator) {
        Path pom = folder.resolve("pom.xml");
        if (Files.isRegularFile(pom)) {
          String name = folder.getFileName().toString();
          modules.add(name);
          if (Files.readString(pom)
              .matches("(?s).*<artifactId>(?:pekko|jmh|jinterface|belay-bench).*")) {
            knowing.add(name);
          }
        }
      }
    }
    assertThat(modules).contains("core", "cli", "conformance", "bench");
    assertThat(knowing).containsExactly("bench");
  }
}
