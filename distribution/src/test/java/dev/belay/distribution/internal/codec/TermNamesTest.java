package dev.belay.distribution.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermNamesTest {
  @ParameterizedTest
  @CsvSource({
    "Item, item",
    "OrderLine, order_line",
    "unitPrice, unit_price",
    "HTTPServer, http_server",
    "X509Key, x509_key",
    "ABC, abc",
    "Aa1Bb2, aa1_bb2",
    "already_there, already_there",
    "Übung, übung"
  })
  void namesInSnakeCase(String name, String tag) {
    assertThat(TermNames.snakeCase(name)).isEqualTo(tag);
  }
}
