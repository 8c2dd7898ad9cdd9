package dev.belay.cli;

import dev.belay.otp.Application;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// The classes of a program that is not part of the command.
final class ApplicationJar implements AutoCloseable {
  private final URLClassLoader loader;
  private final List<Path> files;

  private ApplicationJar(URLClassLoader loader, List<Path> files) {
    this.loader = loader;
    this.files = files;
  }

  /// Opens jars, or folders of classes.
  ///
  /// @throws CommandFailure if one is not there
  static ApplicationJar open(List<Path> files) {
    List<URL> urls = new ArrayList<>();
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new CommandFailure("--jar " + file + ": there is no such file, or it cannot be read");
      }
      try {
        urls.add(file.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new CommandFailure("--jar " + file + ": " + e.getMessage());
      }
    }
    return new ApplicationJar(
        new URLClassLoader(urls.toArray(URL[]::new), ApplicationJar.class.getClassLoader()),
        List.copyOf(files));
  }

  /// Finds the application that a class gives.
  ///
  /// @param name the name of the class
  /// @throws CommandFailure if there is no such class, or it gives none
  Application find(String name) {
    try {
      Class<?> type = Class.forName(name, true, loader);
      if (Supplier.class.isAssignableFrom(type)) {
        Object given = ((Supplier<?>) type.getConstructor().newInstance()).get();
        if (given instanceof Application application) {
          return application;
        }
        throw failure(name, "it is a Supplier, but not of an Application");
      }
      return inField(type);
    } catch (ClassNotFoundException e) {
      throw failure(
          name,
          files.isEmpty()
              ? "there is no such class; say with --jar where it is"
              : "there is no such class in " + files);
    } catch (InvocationTargetException e) {
      throw failure(name, "it cannot be made: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw failure(name, "it has to be public, with a public constructor without arguments");
    } catch (LinkageError e) {
      throw failure(name, "it cannot be loaded: " + Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static Application inField(Class<?> type) throws IllegalAccessException {
    List<Application> found = new ArrayList<>();
    for (Field field : type.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Application.class) {
        found.add((Application) field.get(null));
      }
    }
    if (found.size() != 1) {
      throw failure(
          type.getName(),
          "it has to be a Supplier of an Application, or to have one in a public static field; it"
              + " has "
              + found.size()
              + " of those");
    }
    return found.getFirst();
  }

  private static CommandFailure failure(String name, String why) {
    return new CommandFailure("--application " + name + ": " + why);
  }

  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      System.getLogger("dev.belay").log(System.Logger.Level.DEBUG, "a jar was not closed", e);
    }
  }
}
