package dev.belay.otp;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import org.jspecify.annotations.Nullable;

/// Finds the class of a server's protocol: the type argument that a subclass gives to [Server].
final class Protocol {
  private static final ClassValue<Class<?>> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> server) {
          return find(server);
        }
      };

  private Protocol() {}

  static Class<?> of(Server<?> server) {
    return OF_CLASS.get(server.getClass());
  }

  private static Class<?> find(Class<?> server) {
    // The type arguments of each class on the way up, given those of the one below.
    Class<?> at = server;
    Type[] arguments = {};
    while (at != Server.class) {
      Type parent = at.getGenericSuperclass();
      TypeVariable<?>[] variables = at.getTypeParameters();
      Type[] next = {};
      if (parent instanceof ParameterizedType generic) {
        next = generic.getActualTypeArguments();
        for (int i = 0; i < next.length; i++) {
          next[i] = resolved(next[i], variables, arguments);
        }
      }
      arguments = next;
      at = at.getSuperclass();
    }
    Class<?> found = arguments.length == 1 ? erased(arguments[0]) : null;
    if (found == null) {
      throw new IllegalStateException(
          "the protocol of "
              + server.getName()
              + " cannot be seen from its class: give it to the constructor, super(Message.class)");
    }
    return found;
  }

  private static Type resolved(Type type, TypeVariable<?>[] variables, Type[] arguments) {
    for (int i = 0; i < variables.length && i < arguments.length; i++) {
      if (variables[i].equals(type)) {
        return arguments[i];
      }
    }
    return type;
  }

  private static @Nullable Class<?> erased(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> erased(generic.getRawType());
      case TypeVariable<?> variable when variable.getBounds()[0] != Object.class ->
          erased(variable.getBounds()[0]);
      default -> null;
    };
  }
}
