package dev.belay.verbs;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.belay.Destination;
import dev.belay.Node;
import dev.belay.VerbException;
import dev.belay.testkit.BelayTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A verb in a class initialiser, which runs but once in a JVM.
@BelayTest
class InClassInitialisersTest {
  /// Asks for messages while it is being initialised; used by the next test only.
  static final class Hasty {
    static final Object FIRST = receive(Duration.ZERO);

    private Hasty() {}
  }

  /// Deeper down: a method that its initialiser calls.
  static final class HastyBelow {
    static final String SENT = sent();

    private HastyBelow() {}

    private static String sent() {
      send((Destination) self(), "from an initialiser");
      return "sent";
    }
  }

  @Test
  void inAClassInitialiser(Node node) {
    assertThat(InClassInitialisersTest.class.desiredAssertionStatus())
        .as("tests run with -ea, without which this is not checked")
        .isTrue();
    node.run(() -> {
      assertThatExceptionOfType(ExceptionInInitializerError.class)
          .isThrownBy(() -> assertThat(Hasty.FIRST).isNotNull())
          .havingCause()
          .isInstanceOf(VerbException.class)
          .withMessageContaining("receive() was called in the class initialiser of ")
          .withMessageContaining(Hasty.class.getName())
          .withMessageContaining("call the verb in a method and pass the result on");
      assertThatExceptionOfType(ExceptionInInitializerError.class)
          .isThrownBy(() -> assertThat(HastyBelow.SENT).isNotNull())
          .havingCause()
          .isInstanceOf(VerbException.class)
          .withMessageContaining("send() was called in the class initialiser of ")
          .withMessageContaining(HastyBelow.class.getName());
      assertThat(receive(Duration.ZERO)).isEmpty();
    });
  }
}
