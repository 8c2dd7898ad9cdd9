package dev.belay.otp;

import dev.belay.Pid;

/// Where an entry stands among those under its key: by the age of its process, then by its own.
sealed class Place implements Comparable<Place> permits Registration {
  final Pid pid;

  /// Later entries have higher numbers.
  final long number;

  Place(Pid pid, long number) {
    this.pid = pid;
    this.number = number;
  }

  @Override
  public final int compareTo(Place other) {
    int byProcess = pid.compareTo(other.pid);
    return byProcess != 0 ? byProcess : Long.compare(number, other.number);
  }
}
