package dev.belay.death;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/// Classes that cannot be used, loaded anew each time, so that each test meets the first failure.
final class BadClasses extends ClassLoader implements BooleanSupplier {
  private final BooleanSupplier released;

  private BadClasses(BooleanSupplier released) {
    super(null);
    this.released = released;
  }

  private BadClasses() {
    this(() -> true);
  }

  @Override
  public boolean getAsBoolean() {
    return released.getAsBoolean();
  }

  /// Uses a class whose initialiser throws.
  static Class<?> initialise() throws ClassNotFoundException {
    return Class.forName(Broken.class.getName(), true, new BadClasses());
  }

  /// Uses it once more, after it has failed.
  static Class<?> initialiseAgain() throws ClassNotFoundException {
    BadClasses loader = new BadClasses();
    try {
      return Class.forName(Broken.class.getName(), true, loader);
    } catch (ExceptionInInitializerError e) {
      return Class.forName(Broken.class.getName(), true, loader);
    }
  }

  /// Uses a class whose initialiser takes long.
  static Class<?> initialiseSlowly() throws ClassNotFoundException {
    return Class.forName(Slow.class.getName(), true, new BadClasses());
  }

  /// Uses a class whose initialiser does not end before it is let go.
  static Class<?> initialiseUntil(BooleanSupplier released) throws ClassNotFoundException {
    return Class.forName(Waiting.class.getName(), true, new BadClasses(released));
  }

  /// Uses a class that needs another one that is not there.
  static Class<?> miss() throws ClassNotFoundException {
    return Class.forName(Needy.class.getName(), true, new BadClasses());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (name.equals(Absent.class.getName())) {
      throw new ClassNotFoundException(name);
    }
    String file = "/" + name.replace('.', '/') + ".class";
    try (InputStream in = BadClasses.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static final class Broken {
    static final int VALUE = fail();

    private Broken() {}

    private static int fail() {
      throw new IllegalStateException("cannot be initialised");
    }
  }

  static final class Slow {
    static final int VALUE = sleep();

    private Slow() {}

    private static int sleep() {
      try {
        Thread.sleep(600_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      return 1;
    }
  }

  static final class Waiting {
    static final int VALUE = await();

    private Waiting() {}

    private static int await() {
      BooleanSupplier released = (BooleanSupplier) Waiting.class.getClassLoader();
      while (!released.getAsBoolean()) {
        Thread.onSpinWait();
      }
      return 1;
    }
  }

  static class Absent {}

  static final class Needy extends Absent {}
}
