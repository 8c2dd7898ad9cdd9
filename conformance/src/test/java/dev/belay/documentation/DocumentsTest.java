package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.belay.documentation.Markdown.Link;
import dev.belay.documentation.Snippets.SnippetException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every Markdown document of the repository: its links lead somewhere, its Java code is compiled.
///
/// With `-Dbelay.docs.update=true` documents are rewritten to show their sources' code.
class DocumentsTest {
  private static final boolean UPDATE = Boolean.getBoolean("belay.docs.update");

  static List<Path> documents() {
    return Repository.files(".md").stream().map(Repository.ROOT::relativize).toList();
  }

  @Test
  void theDocumentsAreFound() {
    assertThat(documents()).contains(Path.of("README.md"), Path.of("CONTRIBUTING.md"));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) {
    List<String> broken = new ArrayList<>();
    for (Link link : Markdown.read(Repository.ROOT.resolve(document)).links()) {
      String problem = problemWith(document, link.target());
      if (!problem.isEmpty()) {
        broken.add(document + ":" + link.line() + ": " + link.target() + " " + problem);
      }
    }
    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void javaCodeIsThatOfItsSource(Path document) throws IOException {
    Path file = Repository.ROOT.resolve(document);
    String text = Repository.read(file);
    String rendered;
    try {
      rendered = Snippets.render(Repository.ROOT, text);
    } catch (SnippetException e) {
      fail(document + ": " + e.getMessage());
      return;
    }
    if (UPDATE && !rendered.equals(text)) {
      Files.writeString(file, rendered);
      return;
    }
    assertThat(text)
        .as(
            "%s differs from its sources; bring it up to date with -Dbelay.docs.update=true",
            document)
        .isEqualTo(rendered);
  }

  private static String problemWith(Path document, String target) {
    if (target.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*")) {
      return target.startsWith("file:") ? "names a file of one machine" : "";
    }
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    String anchor = hash < 0 ? "" : target.substring(hash + 1);
    if (path.startsWith("/")) {
      return "is absolute";
    }
    Path file = Repository.ROOT.resolve(document);
    if (!path.isEmpty()) {
      file = file.resolveSibling(URLDecoder.decode(path, StandardCharsets.UTF_8)).normalize();
    }
    if (!file.startsWith(Repository.ROOT)) {
      return "leaves the repository";
    }
    if (!Files.exists(file)) {
      return "does not exist";
    }
    boolean markdown = file.toString().endsWith(".md");
    if (markdown && !anchor.isEmpty() && !Markdown.read(file).anchors().contains(anchor)) {
      return "names no heading there";
    }
    return "";
  }
}
