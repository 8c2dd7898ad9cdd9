package dev.belay.distribution.internal.otp;

import dev.belay.ExitReason;
import dev.belay.Node;
import dev.belay.Pid;
import dev.belay.Ref;
import dev.belay.distribution.Atom;
import dev.belay.distribution.Binary;
import dev.belay.distribution.GenCall;
import dev.belay.distribution.SystemCall;
import dev.belay.distribution.Tuple;
import dev.belay.distribution.internal.connection.Reasons;
import dev.belay.otp.Call;
import dev.belay.otp.CallReason;
import dev.belay.otp.GenProtocol;
import dev.belay.otp.PgProtocol;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What `gen_server`, `gen_statem`, `gen_event`, `supervisor`, `sys` and `pg` of Erlang send each
/// other.
///
/// What is read is not believed: a message that only looks like one of these is left as it is, and
/// a request that the program has no type for is a [GenCall].
public final class GenMessages implements GenProtocol {
  private static final System.Logger LOGGER = System.getLogger("dev.belay.distribution");
  private static final Atom GEN_CALL = Atom.of("$gen_call");
  private static final Atom GEN_CAST = Atom.of("$gen_cast");
  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom NOTIFY = Atom.of("notify");
  private static final Atom TERMINATE = Atom.of("terminate");

  private final Node node;
  private final Translation translation;
  private final SupervisorMessages supervisors;
  private final EventMessages events;
  private final PgMessages groups;

  /// Makes the protocol of a node.
  ///
  /// @param node the node
  /// @param translation what the program's values are as terms
  /// @param starts how children are started that other nodes ask supervisors for
  /// @param groups what scopes of groups say
  public GenMessages(Node node, Translation translation, ChildStarts starts, PgMessages groups) {
    this.node = node;
    this.translation = translation;
    this.supervisors = new SupervisorMessages(starts);
    this.events = new EventMessages(translation);
    this.groups = groups;
  }

  // what comes

  @Override
  public Class<?> form() {
    return Tuple.class;
  }

  @Override
  public boolean isSystem(Object message) {
    Tuple tuple = (Tuple) message;
    return tuple.size() == 3 && tuple.get(0).equals(SYSTEM) && Tags.from(tuple.get(1)) != null;
  }

  /// Tells whether a message that has come to a full mailbox is let in all the same: it is for
  /// whoever looks on a server, such as the order to end.
  ///
  /// @param message any term
  /// @return whether it is
  public boolean needsNoRoom(Object message) {
    return message instanceof Tuple && isSystem(message);
  }

  /// Answers a call that has come to a full mailbox, and was not taken: `{error, {overloaded,
  /// Text}}`. Of what is not certainly a call nobody is told.
  ///
  /// @param peer the node that it has come from; only a process of that is answered, as another's
  ///   mailbox might have no room either
  /// @param message any term
  public void refused(String peer, Object message) {
    if (message instanceof Tuple tuple && tuple.size() == 3 && tuple.get(0).equals(GEN_CALL)) {
      Tags.From from = Tags.from(tuple.get(1));
      if (from != null && from.isOf(peer)) {
        from.reply(
            node, error(CallReason.OVERLOADED.toString(), "the mailbox of the server is full"));
      }
    }
  }

  @Override
  public @Nullable Heard hear(Listener listener, Object message) {
    try {
      return read(listener, (Tuple) message);
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "a message makes no sense to a server", e);
      return null;
    }
  }

  private @Nullable Heard read(Listener listener, Tuple tuple) {
    if (tuple.size() == 3) {
      Tags.From from = Tags.from(tuple.get(1));
      if (from != null) {
        Object tag = tuple.get(0);
        if (tag.equals(GEN_CALL)) {
          return called(listener, from, tuple.get(2));
        }
        if (tag.equals(SYSTEM)) {
          return system(from, tuple.get(2));
        }
        if (listener.kind() == Kind.EVENTS && tag.equals(from.caller())) {
          return asked(from, events.asked(listener.protocol(), tuple.get(2)), tuple.get(2));
        }
      }
    }
    return switch (listener.kind()) {
      case GROUPS -> groups.told(castOr(tuple));
      case EVENTS -> events.told(listener.protocol(), tuple);
      default ->
          isCast(tuple) ? new Told(in(tuple.get(1), listener.protocol(), tuple.get(1))) : null;
    };
  }

  private static boolean isCast(Tuple tuple) {
    return tuple.size() == 2 && tuple.get(0).equals(GEN_CAST);
  }

  /// Groups send some of their messages as casts, and some not.
  private static Object castOr(Tuple tuple) {
    return isCast(tuple) ? tuple.get(1) : tuple;
  }

  private Heard called(Listener listener, Tags.From from, Object request) {
    return switch (listener.kind()) {
      case SUPERVISOR, DYNAMIC_SUPERVISOR ->
          asked(from, supervisors.read(listener.kind(), request), request);
      case SERVER -> {
        Object call = in(request, listener.protocol(), new GenCall(request));
        yield asked(
            from,
            new Understood(
                call instanceof Call<?, ?> typed ? typed : new GenCall(request), value -> value),
            request);
      }
      case EVENTS, GROUPS -> asked(from, null, request);
    };
  }

  private Heard system(Tags.From from, Object request) {
    Understood understood = SystemMessages.read(request);
    return new Asked(
        from.caller(),
        understood.request(),
        new Reply(from, understood.answer(), Tuple.of(Atom.of("unknown_system_msg"), request)));
  }

  private Heard asked(Tags.From from, @Nullable Understood understood, Object request) {
    Understood known =
        understood != null ? understood : new Understood(new GenCall(request), value -> value);
    return new Asked(from.caller(), known.request(), new Reply(from, known.answer(), null));
  }

  /// Returns a value, or something else if the term is none of the class.
  private Object in(Object term, Class<?> wanted, Object otherwise) {
    try {
      return translation.in(term, wanted);
    } catch (RuntimeException e) {
      return otherwise;
    }
  }

  /// A request that was understood.
  ///
  /// @param request the request
  /// @param answer makes of the reply what is sent
  record Understood(Call<?, ?> request, Function<Object, Object> answer) {}

  /// Answers in the words of whoever has asked.
  private final class Reply implements Answering {
    private final Tags.From from;
    private final Function<Object, Object> answer;

    /// What is said of a request that is refused, or null.
    private final @Nullable Object refusal;

    Reply(Tags.From from, Function<Object, Object> answer, @Nullable Object refusal) {
      this.from = from;
      this.answer = answer;
      this.refusal = refusal;
    }

    @Override
    public void reply(@Nullable Object value) {
      try {
        Object said = value == null ? Atom.UNDEFINED : translation.out(answer.apply(value));
        from.reply(node, said);
      } catch (IllegalArgumentException e) {
        // The server has done what was asked; it should not end for want of a type.
        LOGGER.log(
            System.Logger.Level.WARNING,
            () -> "a reply to " + from.caller() + " cannot be sent: " + e.getMessage());
        from.reply(node, error("bad_reply", String.valueOf(e.getMessage())));
      }
    }

    @Override
    public void refuse(CallReason reason, String why) {
      from.reply(
          node, refusal != null ? Tuple.of(Atom.ERROR, refusal) : error(reason.toString(), why));
    }
  }

  private static Tuple error(String reason, String why) {
    return Tuple.of(Atom.ERROR, Tuple.of(Atom.of(reason), Binary.utf8(why)));
  }

  @Override
  public @Nullable Ref repliesTo(Object message) {
    Tuple tuple = (Tuple) message;
    return tuple.size() == 2 ? Tags.alias(tuple.get(0)) : null;
  }

  @Override
  public Object reply(Object message, Call<?, ?> request) {
    return translation.in(((Tuple) message).get(1), ReplyTypes.of(request));
  }

  // what goes

  @Override
  public Object call(Pid caller, Ref alias, Call<?, ?> request) {
    return switch (request) {
      case SystemCall(Object what) -> Tuple.of(SYSTEM, Tags.from(caller, alias), what);
      case GenCall(Object what) -> Tuple.of(GEN_CALL, Tags.from(caller, alias), what);
      default -> Tuple.of(GEN_CALL, Tags.from(caller, alias), translation.out(request));
    };
  }

  @Override
  public Object cast(Object message) {
    return Tuple.of(GEN_CAST, translation.out(message));
  }

  @Override
  public Object event(Object event) {
    return Tuple.of(NOTIFY, translation.out(event));
  }

  @Override
  public Object terminate(Pid caller, Ref alias, ExitReason reason) {
    return Tuple.of(SYSTEM, Tags.from(caller, alias), Tuple.of(TERMINATE, Reasons.term(reason)));
  }

  @Override
  public PgProtocol groups() {
    return groups;
  }
}
