package dev.belay.bench;

/// A library that makes bytes of terms, and terms of bytes, in Erlang's external format: as it is
/// done for each message, with nothing kept from one to the next.
///
/// @param <T> what terms are
interface TermFormat<T> {
  /// A sample as the library has it.
  T term(Sample sample);

  /// Makes bytes of a term, with the byte 131 before it.
  byte[] encode(T term);

  /// Makes a term of such bytes.
  ///
  /// @throws Exception if they are none
  T decode(byte[] bytes) throws Exception;
}
