package dev.belay.cli.puppet;

import dev.belay.AliasMode;
import dev.belay.Belay;
import dev.belay.Demonitor;
import dev.belay.MonitorOptions;
import dev.belay.Name;
import dev.belay.NoProcessException;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.Subject;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Tuple;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Links, monitors and aliases.
final class Bonds {
  private static final Atom ALIAS = Atom.of("alias");
  private static final Atom TAG = Atom.of("tag");

  private Bonds() {}

  static void enter(Operations operations) {
    operations
        .with("link", 1, arguments -> link(Terms.pid(arguments.get(0))))
        .with("unlink", 1, arguments -> unlink(Terms.pid(arguments.get(0))))
        .with("monitor", 1, arguments -> Belay.monitor(subject(arguments.get(0))))
        .with("monitor", 2, arguments -> monitor(arguments.get(0), Terms.list(arguments.get(1))))
        .with("demonitor", 1, arguments -> demonitor(arguments.get(0), List.of()))
        .with(
            "demonitor", 2, arguments -> demonitor(arguments.get(0), Terms.list(arguments.get(1))))
        .with("trap_exit", 1, arguments -> trap(Terms.truth(arguments.get(0))))
        .with("alias", 0, _ -> Belay.alias())
        .with("alias", 1, arguments -> alias(Terms.list(arguments.get(0))))
        .with("unalias", 1, arguments -> Terms.atom(Belay.unalias(Terms.ref(arguments.get(0)))));
  }

  private static Object link(Pid pid) {
    try {
      Belay.link(pid);
      return Atom.TRUE;
    } catch (NoProcessException e) {
      throw Raised.error(Atom.NOPROC);
    }
  }

  private static Object unlink(Pid pid) {
    Belay.unlink(pid);
    return Atom.TRUE;
  }

  private static Object trap(boolean traps) {
    return Terms.atom(Belay.trapExits(traps));
  }

  private static Subject subject(Object item) {
    if (item instanceof Pid pid) {
      return pid;
    }
    if (item instanceof Atom name) {
      return new Name(name.name(), Belay.node().name());
    }
    Name name = Terms.nameOnNode(item);
    if (name == null) {
      throw Raised.badarg();
    }
    return name;
  }

  private static Object monitor(Object item, List<?> wanted) {
    MonitorOptions options = MonitorOptions.DEFAULT;
    for (Object option : wanted) {
      if (!(option instanceof Tuple pair) || pair.size() != 2) {
        throw Raised.badarg();
      }
      if (pair.get(0).equals(ALIAS)) {
        options = options.alias(monitorAlias(Terms.name(pair.get(1))));
      } else if (pair.get(0).equals(TAG)) {
        options = options.tag(pair.get(1));
      } else {
        throw Raised.badarg();
      }
    }
    return Belay.monitor(subject(item), options);
  }

  private static AliasMode monitorAlias(String mode) {
    return switch (mode) {
      case "explicit_unalias" -> AliasMode.EXPLICIT;
      case "demonitor" -> AliasMode.DEMONITOR;
      case "reply_demonitor" -> AliasMode.REPLY;
      default -> throw Raised.badarg();
    };
  }

  private static Object demonitor(Object monitor, List<?> wanted) {
    Ref ref = Terms.ref(monitor);
    Set<Demonitor> options = EnumSet.noneOf(Demonitor.class);
    for (Object option : wanted) {
      options.add(
          switch (Terms.name(option)) {
            case "flush" -> Demonitor.FLUSH;
            case "info" -> Demonitor.INFO;
            default -> throw Raised.badarg();
          });
    }
    if (!ref.owner().node().equals(Belay.node().name())) {
      // A monitor of this process is a reference of this node.
      throw Raised.badarg();
    }
    return Terms.atom(Belay.demonitor(ref, options.toArray(Demonitor[]::new)));
  }

  private static Object alias(List<?> wanted) {
    AliasMode mode = AliasMode.EXPLICIT;
    for (Object option : wanted) {
      mode =
          switch (Terms.name(option)) {
            case "explicit_unalias" -> AliasMode.EXPLICIT;
            case "reply" -> AliasMode.REPLY;
            default -> throw Raised.badarg();
          };
    }
    return Belay.alias(mode);
  }
}
