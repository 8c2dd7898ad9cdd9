package dev.belay.examples.antipatterns;

import static dev.belay.Belay.self;
import static dev.belay.Belay.sendAfter;
import static dev.belay.Belay.spawn;

import dev.belay.Belay;
import dev.belay.otp.Call;
import dev.belay.otp.From;
import dev.belay.otp.Server;
import dev.belay.otp.ServerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Anti-patterns of servers.
final class Servers {
  private Servers() {}

  // @start region="organisation-bad"
  static final class Calculator extends Server<Calculator.Sum> {
    sealed interface Sum {}

    record Add(int a, int b) implements Sum, Call<Sum, Integer> {}

    @Override
    protected void handleMessage(Sum message) {
      switch (message) {
        case Add add -> reply(add, add.a() + add.b());
      }
    }
  }

  // @end

  // @start region="organisation-good"
  static int add(int a, int b) {
    return a + b;
  }

  // @end

  /// What takes long.
  interface Shop {
    String fetch(String item) throws IOException;
  }

  // @start region="bottleneck-protocol"
  sealed interface Message {}

  record Price(String item) implements Message, Call<Message, String> {}

  record Fetched(String item, String price) implements Message {}

  // @end

  // @start region="bottleneck-bad"
  static final class SlowPrices extends Server<Message> {
    private final Shop shop;

    SlowPrices(Shop shop) {
      this.shop = shop;
    }

    @Override
    protected void handleMessage(Message message) throws IOException {
      switch (message) {
        case Price price -> reply(price, shop.fetch(price.item())); // all others wait
        case Fetched _ -> {}
      }
    }
  }

  // @end

  // @start region="bottleneck-good"
  static final class Prices extends Server<Message> {
    private final Shop shop;
    private final Map<String, String> known = new HashMap<>();

    Prices(Shop shop) {
      this.shop = shop;
    }

    @Override
    protected void handleMessage(Message message) {
      switch (message) {
        case Price price when known.containsKey(price.item()) ->
            reply(price, known.get(price.item()));
        case Price price -> fetch(price.item(), from(price));
        case Fetched fetched -> known.put(fetched.item(), fetched.price());
      }
    }

    private void fetch(String item, From<String> from) {
      ServerRef<Message> prices = ServerRef.of(Belay.node(), self(), Message.class);
      spawn(() -> {
        String price = shop.fetch(item); // only this process waits, and whoever has asked
        from.reply(price);
        prices.cast(new Fetched(item, price));
      });
    }
  }

  // @end

  // @start region="blocking-bad"
  static final class SleepyClock extends Server<SleepyClock.Request> {
    sealed interface Request {}

    record Start() implements Request {}

    record Ticks() implements Request, Call<Request, Integer> {}

    private int ticks;

    @Override
    protected void handleMessage(Request message) {
      switch (message) {
        case Start() -> {
          while (true) {
            Belay.sleep(Duration.ofSeconds(1)); // Ticks is never answered
            ticks++;
          }
        }
        case Ticks question -> reply(question, ticks);
      }
    }
  }

  // @end

  // @start region="blocking-good"
  static final class Clock extends Server<Clock.Beat> {
    sealed interface Beat {}

    record Tick() implements Beat {}

    record HowMany() implements Beat, Call<Beat, Integer> {}

    private int ticks;

    @Override
    protected void init() {
      sendAfter(Duration.ofSeconds(1), self(), new Tick());
    }

    @Override
    protected void handleMessage(Beat message) {
      switch (message) {
        case Tick() -> {
          ticks++;
          sendAfter(Duration.ofSeconds(1), self(), new Tick());
        }
        case HowMany question -> reply(question, ticks);
      }
    }
  }

  // @end

  /// What two servers say to each other.
  sealed interface Talk {}

  record Begin() implements Talk, Call<Talk, String> {}

  record Detail() implements Talk, Call<Talk, String> {}

  record DetailFor(From<String> client) implements Talk {}

  // @start region="cycle-bad"
  static final class Orders extends Server<Talk> {
    private final ServerRef<Talk> stock;

    Orders(ServerRef<Talk> stock) {
      this.stock = stock;
    }

    @Override
    protected void handleMessage(Talk talk) {
      switch (talk) {
        case Begin begin -> reply(begin, stock.call(new Begin()));
        case Detail detail -> reply(detail, "12 ropes"); // is not reached: stock waits for it
        case DetailFor _ -> {}
      }
    }
  }

  static final class Stock extends Server<Talk> {
    private final ServerRef<Talk> orders = ServerRef.named(Belay.node(), "orders", Talk.class);

    @Override
    protected void handleMessage(Talk talk) {
      switch (talk) {
        case Begin begin -> reply(begin, orders.call(new Detail())); // who waits for this one
        case Detail detail -> reply(detail, "");
        case DetailFor _ -> {}
      }
    }
  }

  // @end

  // @start region="cycle-good"
  static final class PatientStock extends Server<Talk> {
    private final ServerRef<Talk> orders = ServerRef.named(Belay.node(), "orders", Talk.class);

    @Override
    protected void handleMessage(Talk talk) {
      switch (talk) {
        case Begin begin -> orders.cast(new DetailFor(from(begin))); // orders replies
        case Detail detail -> reply(detail, "");
        case DetailFor _ -> {}
      }
    }
  }

  static final class PatientOrders extends Server<Talk> {
    private final ServerRef<Talk> stock;

    PatientOrders(ServerRef<Talk> stock) {
      this.stock = stock;
    }

    @Override
    protected void handleMessage(Talk talk) {
      switch (talk) {
        case Begin begin -> stock.cast(new DetailFor(from(begin)));
        case Detail detail -> reply(detail, "12 ropes");
        case DetailFor(From<String> client) -> client.reply("12 ropes");
      }
    }
  }

  // @end

  /// Something that a server needs.
  interface Connection {
    void open() throws IOException;
  }

  // @start region="init-bad"
  static final class Eager extends Server<String> {
    private final Connection connection;

    Eager(Connection connection) {
      this.connection = connection;
    }

    @Override
    protected void init() throws IOException {
      connection.open(); // may take a minute: its supervisor starts nobody else, and hears nobody
    }

    @Override
    protected void handleMessage(String message) {}
  }

  // @end

  // @start region="init-good"
  static final class Ready extends Server<String> {
    private final Connection connection;

    Ready(Connection connection) {
      this.connection = connection;
    }

    @Override
    protected void init() {
      continueWith("open");
    }

    @Override
    protected void handleContinue(Object what) throws IOException {
      connection.open(); // before any message; its supervisor goes on
    }

    @Override
    protected void handleMessage(String message) {}
  }

  // @end

}
