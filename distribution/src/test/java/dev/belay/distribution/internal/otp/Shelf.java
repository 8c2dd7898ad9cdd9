package dev.belay.distribution.internal.otp;

import dev.belay.distribution.TermCodec;
import dev.belay.distribution.TermShape;
import dev.belay.otp.Call;
import dev.belay.otp.Server;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// A server with a protocol of its own, and the terms that its messages are.
public final class Shelf extends Server<Shelf.Message> {
  /// What it understands.
  public sealed interface Message {}

  /// More of something.
  public record Put(String item, int n) implements Message {}

  /// How many?
  public record Count(String item) implements Message, Call<Message, Integer> {}

  /// Answers with what is no term.
  public record Odd() implements Message, Call<Message, Object> {}

  /// `{add, N}`: for a server of another make.
  public record Add(int n) implements Message {}

  /// `get`: for a server of another make.
  public record Get() implements Message, Call<Message, Integer> {}

  /// `{put, Item, N}`, `{count, Item}`, `odd`, `{add, N}`, `get`
  public static final TermCodec CODEC = types().build();

  /// A codec of these, to which others can be added.
  public static TermCodec.Builder types() {
    return TermCodec.builder()
        .register(Message.class)
        .register(Odd.class, TermShape.atom())
        .register(Get.class, TermShape.atom());
  }

  private final Map<String, Integer> items = new HashMap<>();

  @Override
  protected void handleMessage(Message message) {
    switch (message) {
      case Put(String item, int n) -> items.merge(item, n, Integer::sum);
      case Count count -> reply(count, items.getOrDefault(count.item(), 0));
      case Add add -> items.merge("", add.n(), Integer::sum);
      case Get get -> reply(get, items.size());
      case Odd odd -> reply(odd, new BitSet());
    }
  }

  @Override
  protected String describeState() {
    return items.toString();
  }
}
