package dev.belay.examples;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.run;

import dev.belay.Belay;
import dev.belay.Down;
import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.otp.Call;
import dev.belay.otp.ChildSpec;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import dev.belay.otp.StartOptions;
import dev.belay.otp.Supervisor;
import dev.belay.otp.SupervisorRef;
import java.util.HashMap;
import java.util.Map;

/// A server under a supervisor, which starts it again when it is killed.
public final class Shop {
  private Shop() {}

  // @start region="server"
  /// Keeps what is in store.
  static final class Inventory extends Server<Inventory.Message> {
    sealed interface Message {}

    record Put(String item, int n) implements Message {}

    record Count(String item) implements Message, Call<Message, Integer> {}

    private final Map<String, Integer> stock = new HashMap<>();

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Put(String item, int n) -> stock.merge(item, n, Integer::sum);
        case Count count -> reply(count, stock.getOrDefault(count.item(), 0));
      }
    }
  }

  // @end

  static void main() {
    // @start region="supervised"
    run(() -> {
      SupervisorRef shop =
          Supervisor.oneForOne()
              .child(
                  ChildSpec.server(
                      "inventory", StartOptions.DEFAULT.name("inventory"), Inventory::new))
              .startLink();
      ServerRef<Inventory.Message> inventory =
          ServerRef.named(Belay.node(), "inventory", Inventory.Message.class);

      inventory.cast(new Inventory.Put("rope", 3));
      IO.println(inventory.call(new Inventory.Count("rope")) + " ropes");

      Pid first = shop.child("inventory").orElseThrow();
      monitor(first);
      exit(first, ExitReason.KILL);
      IO.println("the inventory has ended: " + receive(Down.class).reason());

      Pid second = shop.child("inventory").orElseThrow(); // the supervisor has heard of it, too
      IO.println("there is another one: " + !second.equals(first));
      IO.println(inventory.call(new Inventory.Count("rope")) + " ropes: it begins anew");
    });
    // @end
  }
}
