package dev.belay.examples.tour;

import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;

import dev.belay.Pid;
import dev.belay.SpawnOptions;
import java.time.Duration;
import java.util.Optional;

/// Chapter 2: messages, mailboxes, and taking what is wanted first.
public final class Messages implements Chapter {
  Messages() {}

  static void main() throws Exception {
    Tour.main(2);
  }

  @Override
  public String title() {
    return "Messages and selective receive";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        Processes talk by messages. send puts a message into the other's mailbox and goes on at
        once; receive takes one out, and waits if there is none. Messages are any immutable Java
        values, such as records and strings.

        A cook works through alarms first, then orders. main sends two orders and then an alarm:
        """);
    // @start region="protocol"
    record Order(String dish) {}
    record Alarm(String what) {}
    // @end
    tell.run(() -> {
      Pid me = self();
      // @start region="cook"
      Pid cook =
          spawn(
              SpawnOptions.DEFAULT.label("cook"),
              () -> {
                Alarm alarm = receive(Alarm.class); // the orders stay where they are
                Order first = receive(Order.class);
                Order second = receive(Order.class);
                send(me, alarm.what() + " first, then " + first.dish() + " and " + second.dish());
                receive(); // a word of thanks
              });
      send(cook, new Order("soup"));
      send(cook, new Order("bread"));
      send(cook, new Alarm("fire"));
      String report = receive(String.class);
      send(cook, "thanks");
      // @end
      tell.awaitEnd(cook);
      tell.draw(me, cook);
      tell.show(report);
      tell.say(
          """
          The cook took the alarm although two orders were there before it: that is selective
          receive. What does not match stays in the mailbox, in its order.
          """);
      tell.step("Waiting need not last for ever. main now waits 50 ms for an order of its own:");
      // @start region="timeout"
      Optional<Order> order = receive(Order.class, Duration.ofMillis(50));
      tell.show(order.isPresent() ? "an order" : "nothing came");
      // @end
      tell.step("And a message to the dead? The cook went home when it had been thanked.");
      // @start region="dead"
      send(cook, new Order("coffee"));
      // @end
      tell.say(
          """
          That is no error: a sender can never be sure that the other is still alive. Who wants to
          know has to ask to be told. How, is the next chapter.
          """);
    });
  }
}
