package dev.belay.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.documentation.Markdown.Link;
import dev.belay.documentation.Snippets.SnippetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The checks of documents find what they are there to find.
class SnippetsTest {
  @TempDir private Path root;

  @BeforeEach
  void aSource() throws IOException {
    Files.writeString(
        root.resolve("A.java"),
        """
        package a;

        import java.util.List;

        /// A class.
        class A {
          // @start region="outer"
          void outer() {
            // @start region="inner"
            inner();
            // @end
          }
          // @end
        }
        """);
  }

  @Test
  void aRegionIsShownWithoutIndentAndMarkers() {
    assertThat(Snippets.render(root, document("A.java#outer")))
        .isEqualTo(
            """
            before
            <!-- snippet: A.java#outer -->
            ```java
            void outer() {
              inner();
            }
            ```
            after
            """);
  }

  @Test
  void aBlankLineBeforeTheEndDoesNotCount() throws IOException {
    Files.writeString(root.resolve("B.java"), "  // @start region=\"b\"\n  int b;\n\n  // @end\n");
    assertThat(Snippets.render(root, document("B.java#b"))).contains("```java\nint b;\n```");
  }

  @Test
  void aNestedRegionIsShownAlone() {
    assertThat(Snippets.render(root, document("A.java#inner"))).contains("```java\ninner();\n```");
  }

  @Test
  void aFileIsShownFromItsDeclaration() {
    assertThat(Snippets.render(root, document("A.java")))
        .contains("```java\n/// A class.\nclass A");
  }

  @Test
  void codeFromNowhereIsRefused() {
    refused("```java\nint x;\n```\n", "needs <!-- snippet:");
    refused(document("C.java"), "no source C.java");
    refused(document("../A.java"), "no source ../A.java");
    refused(document("A.java#other"), "no region \"other\"");
  }

  @Test
  void otherLanguagesAreLeftAlone() {
    String document = "```sh\n./belay tour\n```\n";
    assertThat(Snippets.render(root, document)).isEqualTo(document);
  }

  @Test
  void codeOfAnotherLanguageIsTakenFromItsSourceIfThatIsNamed() throws IOException {
    Files.writeString(root.resolve("a.erl"), "%% @start region=\"a\"\na() ->\n    b.\n%% @end\n");
    assertThat(Snippets.render(root, "<!-- snippet: a.erl#a -->\n```erlang\nold() -> c.\n```\n"))
        .isEqualTo("<!-- snippet: a.erl#a -->\n```erlang\na() ->\n    b.\n```\n");
  }

  @Test
  void linksAreFoundOutsideOfCode() {
    Markdown markdown =
        Markdown.of(
            """
            # A *first* `Heading`, twice
            ## Two
            ## Two
            [a](b.md#c "title") and `[not](this.md)` and <a href="d.md">
            ```text
            [nor](this.md)
            ```
            [ref]: e.md
            """);
    assertThat(markdown.links()).extracting(Link::target).containsExactly("b.md#c", "d.md", "e.md");
    assertThat(markdown.anchors())
        .containsExactlyInAnyOrder("a-first-heading-twice", "two", "two-1");
  }

  private void refused(String document, String reason) {
    assertThatExceptionOfType(SnippetException.class)
        .isThrownBy(() -> Snippets.render(root, document))
        .withMessageContaining(reason);
  }

  private static String document(String source) {
    return "before\n<!-- snippet: " + source + " -->\n```java\nold\n```\nafter\n";
  }
}
