package dev.belay.examples.tour;

import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A server that adds up the weights it is sent, each as the bytes of a text such as `rope 3`.
final class Scale extends Server<Scale.Message> {
  private int sum;

  /// What it is sent.
  sealed interface Message {}

  /// Adds a weight, and asks for the sum.
  ///
  /// @param bytes in hexadecimal digits: a text in UTF-8, a word and a number
  record Add(String bytes) implements Message, Call<Message, Integer> {}

  // @start region="scale"
  @Override
  protected void handleMessage(Message message) throws CharacterCodingException {
    switch (message) {
      case Add add -> {
        byte[] bytes = HexFormat.of().parseHex(add.bytes());
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        sum += Integer.parseInt(text.substring(text.indexOf(' ') + 1));
        reply(add, sum);
      }
    }
  }
  // @end
}
