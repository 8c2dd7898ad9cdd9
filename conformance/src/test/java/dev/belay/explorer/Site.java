package dev.belay.explorer;

import java.util.Arrays;

/// A place in the instrumented code.
///
/// @param type the simple name of the class
/// @param method the method
/// @param line the line, or 0 if the class file does not tell
/// @param what what happens there
/// @param field the field that is accessed there, or the object as a whole
record Site(String type, String method, int line, String what, Field field) {
  private static volatile Site[] all = new Site[1024];
  private static int size;

  /// Somewhere in the scenario itself.
  static final int SCENARIO = add(new Site("scenario", "", 0, "", Field.WHOLE));

  /// Gives a site a number, which the instrumented code passes to its hooks.
  static synchronized int add(Site site) {
    int number = size++;
    Site[] table = number < all.length ? all : Arrays.copyOf(all, number * 2);
    table[number] = site;
    all = table;
    return number;
  }

  static Site of(int number) {
    return all[number];
  }

  String place() {
    return type + (method.isEmpty() ? "" : "." + method) + (line == 0 ? "" : ":" + line);
  }

  @Override
  public String toString() {
    return what.isEmpty() ? place() : place() + " " + what;
  }
}
