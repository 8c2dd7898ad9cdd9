package dev.belay.examples.tour;

import static dev.belay.Belay.exit;
import static dev.belay.Belay.node;
import static dev.belay.Belay.self;

import dev.belay.ExitReason;
import dev.belay.Pid;
import dev.belay.examples.tunnel.Archive;
import dev.belay.examples.tunnel.StreamingChat;
import dev.belay.examples.tunnel.TunnelService;
import dev.belay.examples.tunnel.WebhookChat;
import dev.belay.otp.StartOptions;
import dev.belay.otp.SupervisorRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Chapter 12: the tunnel of chapter 7, as an application that lasts.
public final class TunnelApplication implements Chapter {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TREE = "application";

  TunnelApplication() {}

  static void main() throws Exception {
    Tour.main(12);
  }

  @Override
  public String title() {
    return "An application";
  }

  @Override
  public void play(Narrator tell) throws Exception {
    tell.say(
        """
        The tunnel of chapter 7 fell with its source, and stayed down. Here it is again, under a
        supervision tree. source reads the first chat, poster posts to the second one's webhook, and
        ledger keeps in a file which message was the last to be delivered. There is nothing else that
        anybody would have to remember: what came after it, the chat sends again when it is asked.
        """);
    Path folder = Files.createTempDirectory("belay-tour");
    Archive archive = new Archive();
    try (StreamingChat camp = new StreamingChat(archive, 0);
        WebhookChat summit = new WebhookChat()) {
      tell.run(() -> {
        tell.ofServers();
        SupervisorRef top = start(tell, camp, summit, folder.resolve("ledger"));
        StreamingChat again = serverIsGone(tell, top, archive, camp, summit);
        try (again) {
          anyMayDie(tell, top, again, summit);
          stop(tell, top, archive, summit);
        }
      });
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static SupervisorRef start(
      Narrator tell, StreamingChat camp, WebhookChat summit, Path file) throws Exception {
    tell.step("main starts the application:");
    // @start region="start"
    TunnelService service = new TunnelService(camp.url(), summit.url(), file);
    SupervisorRef top = service.tree().start(node(), StartOptions.DEFAULT);
    // @end
    tell.drawTree(TREE, top);
    check(camp.awaitListeners(1, PATIENCE), "somebody listens to the camp");
    tell.step("Somebody at the camp says something:");
    camp.say("the rope is fixed");
    check(summit.awaitMessages(1, PATIENCE), "a message is posted");
    tell.awaitReplies("ledger", 2);
    tell.show("posted at the summit: " + summit.messages().getFirst());
    return top;
  }

  private static StreamingChat serverIsGone(
      Narrator tell, SupervisorRef top, Archive archive, StreamingChat camp, WebhookChat summit)
      throws Exception {
    int port = camp.url().getPort();
    tell.step(
        """
        Now the camp's server is shut down: its stream ends, and nobody listens on its port. In
        chapter 7 that was the end of the tunnel. source crashes as it did there:
        """);
    tell.withTimes();
    camp.close();
    tell.awaitEnds("source", 3);
    tell.say(
        """
        Nobody else has noticed. People at the camp go on talking meanwhile; then the server is
        started again, on its port:
        """);
    archive.say("it is snowing");
    archive.say("Anna says: \"put the kettle on\"");
    StreamingChat again = new StreamingChat(archive, port);
    check(summit.awaitMessages(3, PATIENCE), "what was said meanwhile is posted");
    tell.awaitReplies("ledger", 5);
    tell.withoutTimes();
    tell.say("source has connected, asked for what came after message 1, and passed it on:");
    summit.messages().forEach(json -> tell.show("posted at the summit: " + json));
    tell.drawTree(TREE, top);
    return again;
  }

  private static void anyMayDie(
      Narrator tell, SupervisorRef top, StreamingChat camp, WebhookChat summit) throws Exception {
    tell.step(
        """
        Next, main kills each process below the top, one after the other. After each kill somebody
        says something, and main waits until it is posted:
        """);
    int said = summit.messages().size();
    for (String path : List.of("ends/source", "ends/poster", "ends", "ledger")) {
      String text = "said after the end of " + path;
      // @start region="kill"
      Pid victim = tell.withoutCalls(() -> find(top, path));
      exit(victim, ExitReason.KILL);
      // @end
      tell.awaitEnd(victim);
    }
    tell.drawTree(TREE, top);
  }

  private static Pid find(SupervisorRef top, String path) {
    SupervisorRef branch = top;
    String[] ids = path.split("/", -1);
    for (int i = 0; i < ids.length - 1; i++) {
      branch = SupervisorRef.of(node(), branch.child(ids[i]).orElseThrow());
    }
    return branch.child(ids[ids.length - 1]).orElseThrow();
  }

  private static void stop(
      Narrator tell, SupervisorRef top, Archive archive, WebhookChat summit) throws Exception {
    tell.step("At last main stops it.");
    top.stop();
  }

  private static void check(boolean came, String what) {
    if (!came) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}
