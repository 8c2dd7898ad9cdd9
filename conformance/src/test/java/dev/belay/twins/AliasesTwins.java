package dev.belay.twins;

import static dev.belay.Belay.alias;
import static dev.belay.Belay.demonitor;
import static dev.belay.Belay.exit;
import static dev.belay.Belay.isAlive;
import static dev.belay.Belay.makeRef;
import static dev.belay.Belay.monitor;
import static dev.belay.Belay.receive;
import static dev.belay.Belay.self;
import static dev.belay.Belay.send;
import static dev.belay.Belay.spawn;
import static dev.belay.Belay.spawnMonitor;
import static dev.belay.Belay.unalias;
import static dev.belay.ExitReason.term;
import static dev.belay.twins.Steps.await;
import static dev.belay.twins.Steps.awaitDown;
import static dev.belay.twins.Steps.different;
import static dev.belay.twins.Steps.drain;
import static dev.belay.twins.Steps.idle;
import static dev.belay.twins.Steps.monitoredBy;
import static dev.belay.twins.Steps.monitors;
import static dev.belay.twins.Steps.name;
import static dev.belay.twins.Steps.next;
import static dev.belay.twins.Steps.untilDead;
import static dev.belay.twins.Steps.untilQueued;
import static dev.belay.twins.Terms.Tuple.tuple;

import dev.belay.AliasMode;
import dev.belay.Demonitor;
import dev.belay.MonitorOptions;
import dev.belay.Monitored;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.SpawnOptions;
import java.util.ArrayList;
import java.util.List;

/// Aliases: when they lead to their process, and when no more. Twins of `twin_aliases.erl`.
final class AliasesTwins {
  @Twin("A1")
  void aliasLeadsToItsProcess(Trace t) {
    Ref alias = alias();
    send(alias, "one");
    untilQueued(1);
    t.as("b", "m", spawnMonitor(() -> send(alias, "two")));
    untilQueued(3);
    send(alias, "three");
    t.say("left", drain());
  }

  @Twin({"A2", "A3"})
  void aliasEndsWithUnalias(Trace t) {
    Ref alias = alias();
    send(alias, "one");
    untilQueued(1);
    unalias(alias);
    send(alias, "two");
    send(self(), "three");
    t.say("left", drain());
  }

  @Twin("A2")
  void queuedMessageOutlivesTheAlias(Trace t) {
    Ref alias = alias();
    Pid main = self();
    t.as(
        "b",
        spawn(() -> {
          send(alias, "early");
          send(main, "sent");
        }));
    await("sent");
    t.say("was", unalias(alias));
    t.say("left", drain());
  }

  @Twin("A4")
  void unaliasTellsWhetherItWasOn(Trace t) {
    Ref alias = alias();
    t.say("was", unalias(alias));
    t.say("was", unalias(alias));
    t.say("reference", unalias(makeRef()));
  }

  @Twin("A4")
  void unaliasOfAnothers(Trace t) {
    Pid main = self();
    Ref alias = alias();
    t.as(
        "b",
        spawn(() -> {
          t.say("was", unalias(alias));
          send(main, "tried");
        }));
    await("tried");
    send(alias, "hello");
    t.say("left", drain(), "was", unalias(alias));
  }

  @Twin("A3")
  void replyAliasTakesOneMessage(Trace t) {
    Ref alias = alias(AliasMode.REPLY);
    send(alias, "one");
    send(alias, "two");
    send(self(), "three");
    t.say("left", drain());
  }

  @Twin("A3")
  void replyAliasTakesOneOfMany(Trace t) {
    List<Integer> counts = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      Ref alias = alias(AliasMode.REPLY);
      List<Monitored> senders = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        senders.add(
            spawnMonitor(() -> {
              await("go");
              send(alias, "reply");
            }));
      }
      senders.forEach(sender -> send(sender.pid(), "go"));
      senders.forEach(sender -> awaitDown(sender.ref()));
      counts.add(drain().size());
    }
    t.say("replies", different(counts));
  }

  @Twin({"A3", "A4"})
  void usedReplyAliasIsNone(Trace t) {
    Ref alias = alias(AliasMode.REPLY);
    send(alias, "one");
    untilQueued(1);
    t.say("was", unalias(alias), "left", drain());
  }

  @Twin({"A2", "A3", "A4"})
  void replyAliasCanBeEndedBefore(Trace t) {
    Ref alias = alias(AliasMode.REPLY);
    t.say("was", unalias(alias));
    send(alias, "one");
    send(self(), "two");
    t.say("left", drain());
  }

  @Twin("A3")
  void directMessagesDoNotUseItUp(Trace t) {
    Ref alias = alias(AliasMode.REPLY);
    send(self(), "direct");
    t.say("got", next());
    send(alias, "reply");
    t.say("got", next(), "was", unalias(alias));
  }

  @Twin({"S6", "A4"})
  void aliasOfTheDead(Trace t) {
    Pid main = self();
    Pid b =
        t.as(
            "b",
            spawn(() -> {
              send(main, alias());
              idle();
            }));
    Ref alias = receive(Ref.class);
    exit(b, term("bye"));
    untilDead(b);
    send(alias, "hello");
    t.say("was", unalias(alias), "left", drain());
  }

  @Twin({"S6", "A1"})
  void plainReferenceLeadsNowhere(Trace t) {
    send(makeRef(), "hello");
    Pid other = t.as("b", spawn(() -> idle()));
    send(monitor(other), "hello");
    send(self(), "direct");
    t.say("left", drain());
  }

  @Twin({"A5", "A10"})
  void monitorsAliasOutlivesDemonitor(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.EXPLICIT);
    send(ref, "one");
    untilQueued(1);
    demonitor(ref);
    send(ref, "two");
    exit(b, term("bye"));
    untilDead(b);
    send(ref, "three");
    t.say("left", drain());
    t.say("was", unalias(ref));
    send(ref, "four");
    t.say("left", drain());
  }

  @Twin("A5")
  void monitorsAliasOutlivesTheDown(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.EXPLICIT);
    exit(b, term("bye"));
    untilQueued(1);
    send(ref, "later");
    t.say("left", drain(), "was", unalias(ref));
  }

  @Twin("A5")
  void unaliasLeavesTheMonitor(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.EXPLICIT);
    t.say("was", unalias(ref));
    send(ref, "lost");
    t.say("monitors", monitors(self()));
    exit(b, term("bye"));
    t.say("got", awaitDown());
    t.say("left", drain());
  }

  @Twin("A6")
  void demonitorEndsTheAlias(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.DEMONITOR);
    send(ref, "one");
    untilQueued(1);
    demonitor(ref);
    send(ref, "two");
    t.say("left", drain(), "was", unalias(ref), "alive", isAlive(b));
  }

  @Twin("A6")
  void downEndsTheAlias(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.DEMONITOR);
    send(ref, "one");
    exit(b, term("bye"));
    untilQueued(2);
    send(ref, "two");
    send(self(), "three");
    t.say("left", drain(), "was", unalias(ref));
  }

  @Twin({"A7", "M13", "M17"})
  void replyEndsTheMonitor(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.REPLY);
    send(ref, "reply");
    untilQueued(1);
    t.say("monitors", monitors(self()), "by", monitoredBy(b));
    send(ref, "again");
    exit(b, term("bye"));
    untilDead(b);
    t.say("left", drain(), "was", demonitor(ref, Demonitor.INFO), unalias(ref));
  }

  @Twin("A7")
  void downBeforeTheReply(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.REPLY);
    exit(b, term("bye"));
    untilQueued(1);
    send(ref, "reply");
    send(self(), "direct");
    t.say("left", drain(), "was", unalias(ref));
  }

  @Twin({"A4", "A5", "A7"})
  void unaliasBeforeTheReply(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.REPLY);
    t.say("was", unalias(ref));
    send(ref, "reply");
    t.say("left", drain(), "monitors", monitors(self()));
    exit(b, term("bye"));
    t.say("got", awaitDown());
  }

  @Twin("A10")
  void demonitorOfAPlainAlias(Trace t) {
    Ref alias = alias();
    t.say("was", demonitor(alias, Demonitor.INFO), demonitor(alias, Demonitor.FLUSH));
    send(alias, "hello");
    t.say("left", drain(), "was", unalias(alias));
  }

  @Twin({"A5", "A8"})
  void spawnedWithAnAlias(Trace t) {
    Pid main = self();
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(
                SpawnOptions.DEFAULT,
                aliased(AliasMode.EXPLICIT),
                () -> {
                  send(receive(Ref.class), "answered");
                  send(main, "directly");
                  idle();
                }));
    send(b.pid(), b.ref());
    await("directly");
    exit(b.pid(), term("bye"));
    t.say("got", awaitDown(), "left", drain(), "was", unalias(b.ref()));
  }

  @Twin({"A7", "A8"})
  void spawnedWithAReplyAlias(Trace t) {
    Monitored b =
        t.as(
            "b",
            "m",
            spawnMonitor(
                SpawnOptions.DEFAULT,
                aliased(AliasMode.REPLY),
                () -> {
                  Ref to = receive(Ref.class);
                  send(to, "answered");
                  send(to, "once_more");
                }));
    send(b.pid(), b.ref());
    untilDead(b.pid());
    t.say("left", drain(), "was", unalias(b.ref()));
  }

  @Twin({"A5", "M13"})
  void downIsVoidAlthoughTheAliasLives(Trace t) {
    Pid b = t.as("b", spawn(() -> idle()));
    Ref ref = watched(t, b, AliasMode.EXPLICIT);
    t.say("was", demonitor(ref, Demonitor.INFO));
    exit(b, term("bye"));
    untilDead(b);
    send(ref, "hello");
    t.say("left", drain(), "was", unalias(ref));
  }

  @Twin({"A1", "A3"})
  void aliasCanBePassedOn(Trace t) {
    Ref alias = alias(AliasMode.REPLY);
    Pid last = spawn(() -> send(receive(Ref.class), tuple("reply", "from_afar")));
    Pid first = spawn(() -> send(last, receive(Ref.class)));
    send(first, alias);
    t.say("got", await(tuple("reply", "from_afar")), "was", unalias(alias));
  }

  @Twin({"A5", "A6", "A7", "M4"})
  void aliasOfAMonitorOfTheDead(Trace t) {
    Pid b = t.as("b", spawn(() -> {}));
    untilDead(b);
    for (AliasMode mode : AliasMode.values()) {
      Ref ref = watched(t, b, mode);
      untilQueued(1);
      send(ref, "hello");
      t.say(erlangs(mode), drain(), "was", unalias(ref));
    }
  }

  private static String erlangs(AliasMode mode) {
    return switch (mode) {
      case EXPLICIT -> "explicit_unalias";
      case DEMONITOR -> "demonitor";
      case REPLY -> "reply_demonitor";
    };
  }

  @Twin({"A5", "M4"})
  void aliasOfAFreeNamesMonitor(Trace t) {
    Ref ref = t.as("m", monitor(name("twin_nobody"), aliased(AliasMode.EXPLICIT)));
    untilQueued(1);
    send(ref, "hello");
    t.say("left", drain(), "was", unalias(ref));
  }

  @Twin({"A7", "M13"})
  void replyOrDownNeverBoth(Trace t) {
    Pid main = self();
    List<Integer> answers = new ArrayList<>();
    for (int round = 0; round < 100; round++) {
      Monitored b =
          spawnMonitor(
              SpawnOptions.DEFAULT,
              aliased(AliasMode.REPLY),
              () -> {
                Ref to = receive(Ref.class);
                spawn(() -> {
                  send(to, "reply");
                  send(main, "sent");
                });
              });
      send(b.pid(), b.ref());
      await("sent");
      untilDead(b.pid());
      answers.add(drain().size());
    }
    t.say("answers", different(answers), "monitors", monitors(self()));
  }

  // helpers

  private static Ref watched(Trace t, Pid pid, AliasMode mode) {
    return t.as("m", monitor(pid, aliased(mode)));
  }

  private static MonitorOptions aliased(AliasMode mode) {
    return MonitorOptions.DEFAULT.alias(mode);
  }
}
