package dev.belay.bench;

import dev.belay.otp.Call;
import dev.belay.otp.Server;

/// A server that adds up what it gets, and gives back what it is asked.
final class Counter extends Server<Counter.Message> {
  sealed interface Message {}

  record Add(int number) implements Message {}

  record Sum() implements Message, Call<Message, Long> {}

  record Echo(int number) implements Message, Call<Message, Integer> {}

  private long sum;

  @Override
  protected void handleMessage(Message message) {
    switch (message) {
      case Add(int number) -> sum += number;
      case Sum ask -> reply(ask, sum);
      case Echo echo -> reply(echo, echo.number());
    }
  }
}
