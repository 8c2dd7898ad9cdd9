package dev.belay.distribution.internal.otp;

import dev.belay.otp.Call;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/// Of what class the reply to a request is: the second type argument that its class gives to
/// [Call].
final class ReplyTypes {
  private static final ClassValue<Class<?>> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected Class<?> computeValue(Class<?> request) {
          return find(request);
        }
      };

  private ReplyTypes() {}

  /// Returns the class.
  ///
  /// @return `Object` if it cannot be seen
  static Class<?> of(Call<?, ?> request) {
    return OF_CLASS.get(request.getClass());
  }

  private static Class<?> find(Class<?> type) {
    for (Type parent : type.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType generic && generic.getRawType() == Call.class) {
        return erased(generic.getActualTypeArguments()[1]);
      }
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (Call.class.isAssignableFrom(parent)) {
        return find(parent);
      }
    }
    Class<?> parent = type.getSuperclass();
    return parent == null ? Object.class : find(parent);
  }

  private static Class<?> erased(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> erased(generic.getRawType());
      default -> Object.class;
    };
  }
}
