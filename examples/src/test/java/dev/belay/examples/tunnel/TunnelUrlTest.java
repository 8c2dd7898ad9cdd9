package dev.belay.examples.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which URLs a tunnel takes.
class TunnelUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8080/events",
        "https://chat.example.org/hooks/x?y=z",
        "HTTP://[::1]/",
        "http://localhost"
      })
  void webUrlsAreTaken(String text) {
    assertThat(Tunnel.url(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "chat.example.org",
        "/events",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "http:///events",
        "http://me:secret@example.org/",
        "http://example.org:99999/"
      })
  void othersAreExplained(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tunnel.url(text))
        .withMessageContaining("\"" + text + "\" is not an http or https URL")
        .withMessageContaining("http://127.0.0.1:8080/events");
  }

  @Test
  void whatIsNoUrlIsToldWhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tunnel.url("http://exa mple.org"))
        .withMessageContaining("is no URL: Illegal character")
        .withMessageContaining("at character 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tunnel.url("http://example.org/" + "x".repeat(2_000)))
        .withMessageContaining("at most 2000 characters")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
